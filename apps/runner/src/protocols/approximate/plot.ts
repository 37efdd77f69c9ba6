/** The points of the first agreement, converging, as a picture: value over rounds in one dimension, paths in the plane in more. */
import type { Declared, Point } from '@quorate/barycentric-agreement';

/** What documents show of a node. */
export interface PlottedNode {
  readonly node: string;
  readonly points: readonly (readonly Point[])[];
}

const width = 720;
const height = 480;
const margin = 48;
/** Colours that also people tell apart who see fewer of them. */
const colours = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9', '#999999', '#000000'];

/** An SVG document. */
export function plotPoints(nodes: readonly PlottedNode[], { dimension, range: [low, high] }: Declared): string {
  const paths = nodes.map(({ node, points }) => ({ node, path: points[0] ?? [] }));
  const rounds = Math.max(1, ...paths.map(({ path }) => path.length - 1));
  const share = (value: number): number => (high > low ? value / (high - low) - low / (high - low) : 0.5);
  const x = (at: number): number => margin + at * (width - 2 * margin);
  const y = (at: number): number => height - margin - at * (height - 2 * margin);
  const placeOf = (point: Point, round: number): readonly [number, number] =>
    dimension === 1 ? [x(round / rounds), y(share(point[0] ?? 0))] : [x(share(point[0] ?? 0)), y(share(point[1] ?? 0))];
  const lines = paths.map(({ node, path }, index) => {
    const colour = colours[index % colours.length] ?? '#000000';
    const places = path.map((point, round) => placeOf(point, round).map((at) => at.toFixed(2)));
    const dots = places.map(([cx, cy], round) => `<circle cx="${cx}" cy="${cy}" r="${round === 0 ? 5 : 2.5}"/>`);
    const track = `<polyline fill="none" stroke="${colour}" points="${places.map((place) => place.join(',')).join(' ')}"/>`;
    return `<g fill="${colour}"><title>node ${node}</title>${track}${dots.join('')}</g>`;
  });
  const legend = paths.map(({ node }, index) => {
    const at = margin + index * 76;
    return `<text x="${at}" y="24" fill="${colours[index % colours.length] ?? ''}">node ${node}</text>`;
  });
  const axes = dimension === 1 ? ['round', 'value'] : ['coordinate 0', 'coordinate 1'];
  const frame = `<rect x="${margin}" y="${margin}" width="${width - 2 * margin}" height="${height - 2 * margin}" fill="none" stroke="#bbbbbb"/>`;
  const labels = [
    `<text x="${width / 2}" y="${height - 12}" text-anchor="middle">${axes[0]}</text>`,
    `<text x="16" y="${height / 2}" text-anchor="middle" transform="rotate(-90 16 ${height / 2})">${axes[1]}</text>`,
    `<text x="${margin - 4}" y="${y(0)}" text-anchor="end">${low}</text>`,
    `<text x="${margin - 4}" y="${y(1) + 10}" text-anchor="end">${high}</text>`,
  ];
  const head = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12">`;
  const background = `<rect width="${width}" height="${height}" fill="#ffffff"/>`;
  return `${[head, background, frame, ...labels, ...legend, ...lines, '</svg>'].join('\n')}\n`;
}
