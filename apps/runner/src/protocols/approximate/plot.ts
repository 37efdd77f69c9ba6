/** The points of the first agreement, converging, as a picture: value over rounds in one dimension, paths in the plane in more. */
import type { Declared, Point } from '@quorate/barycentric-agreement';

/** What documents show of a node. */
export interface PlottedNode {
  readonly node: string;
  readonly points: readonly (readonly Point[])[];
}

interface Path {
  readonly node: string;
  readonly colour: string;
  /** Where the node stood after each round, on the page. */
  readonly places: readonly (readonly [number, number])[];
}

const width = 720;
const margin = { left: 76, right: 24, top: 44 };
/** Of the frame that the points lie in. */
const frame = { width: width - margin.left - margin.right, height: 380 };
/** A name in the legend takes so much room. */
const entry = { width: 78, height: 18 };
const perRow = Math.floor(frame.width / entry.width);
/** Colours that also people tell apart who see fewer of them. */
const colours = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9', '#999999', '#000000'];

/** An SVG document. */
export function plotPoints(nodes: readonly PlottedNode[], { dimension, epsilon, range }: Declared): string {
  const firsts = nodes.map(({ node, points }) => ({ node, points: points[0] ?? [] }));
  const rounds = Math.max(1, ...firsts.map(({ points }) => points.length - 1));
  const flat = dimension === 1;
  const paths = firsts.map(({ node, points }, index): Path => {
    const places = points.map(([first = 0, second = 0], round): readonly [number, number] =>
      flat ? [x(round / rounds), y(shareOf(first, range))] : [x(shareOf(first, range)), y(shareOf(second, range))],
    );
    return { node, colour: colours[index % colours.length] ?? '#000000', places };
  });
  const height = margin.top + frame.height + 56 + Math.ceil(paths.length / perRow) * entry.height;
  const shown = dimension > 2 ? `, coordinates 0 and 1 of ${dimension}` : '';
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12" fill="#333333">`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    `<text x="${margin.left}" y="26" font-size="14">approximate agreement of ${paths.length} nodes: epsilon ${text(epsilon)}, ${rounds} round${rounds === 1 ? '' : 's'}${shown}</text>`,
    ...axis('x', flat ? 'round' : 'coordinate 0', flat ? [0, rounds] : range),
    ...axis('y', flat ? 'value' : 'coordinate 1', range),
    ...paths.map(drawn),
    ...paths.map(named),
    '</svg>',
  ].join('\n')}\n`;
}

const x = (share: number): number => margin.left + share * frame.width;
const y = (share: number): number => margin.top + (1 - share) * frame.height;

/** Neither the difference of two great numbers nor a range of one point makes it infinite. */
const shareOf = (value: number, [low, high]: Declared['range']): number =>
  high > low ? value / (high - low) - low / (high - low) : 0.5;

/** Room is for six digits. */
const text = (value: number): string => String(Number(value.toPrecision(6)));

const quarters = [0, 0.25, 0.5, 0.75, 1];

/** Lines across the frame with their numbers, and what they mean. */
function axis(side: 'x' | 'y', name: string, [low, high]: readonly [number, number]): readonly string[] {
  const whole = side === 'x' && name === 'round';
  const shares = whole && high < 4 ? Array.from({ length: high + 1 }, (_, round) => round / high) : quarters;
  const lines = shares.flatMap((part) => {
    const value = low * (1 - part) + high * part;
    const share = whole ? Math.round(value) / high : part;
    const label = text(whole ? Math.round(value) : value);
    return side === 'x'
      ? [
          `<path stroke="#dddddd" d="M${x(share).toFixed(2)} ${y(0)}V${y(1)}"/>`,
          `<text x="${x(share).toFixed(2)}" y="${y(0) + 18}" text-anchor="middle">${label}</text>`,
        ]
      : [
          `<path stroke="#dddddd" d="M${x(0)} ${y(share).toFixed(2)}H${x(1)}"/>`,
          `<text x="${x(0) - 6}" y="${(y(share) + 4).toFixed(2)}" text-anchor="end">${label}</text>`,
        ];
  });
  const title =
    side === 'x'
      ? `<text x="${x(0.5)}" y="${y(0) + 36}" text-anchor="middle">${name}</text>`
      : `<text x="16" y="${y(0.5)}" text-anchor="middle" transform="rotate(-90 16 ${y(0.5)})">${name}</text>`;
  return [...lines, title];
}

/** A path, from a large dot where the node began to a ring where it decided. A dot that covers the one before is left away. */
function drawn({ node, colour, places }: Path): string {
  const at = places.map((place) => place.map((part) => part.toFixed(2)).join(','));
  const moves = at.filter((place, round) => place !== at[round - 1]);
  const dots = moves.map((place, index) => dot(place, index === 0 ? 5 : 2.5));
  const last = at.at(-1);
  const ring = last === undefined ? '' : dot(last, 6.5, ` fill="none" stroke="${colour}"`);
  const line = `<polyline fill="none" stroke="${colour}" stroke-opacity="0.7" points="${moves.join(' ')}"/>`;
  return `<g fill="${colour}"><title>node ${node}</title>${line}${dots.join('')}${ring}</g>`;
}

function dot(place: string, radius: number, style = ''): string {
  const [cx, cy] = place.split(',');
  return `<circle cx="${cx}" cy="${cy}" r="${radius}"${style}/>`;
}

/** A line of the legend. */
function named({ node, colour }: Path, index: number): string {
  const left = margin.left + (index % perRow) * entry.width;
  const middle = margin.top + frame.height + 56 + Math.floor(index / perRow) * entry.height;
  return `<circle cx="${left + 5}" cy="${middle}" r="5" fill="${colour}"/><text x="${left + 14}" y="${middle + 4}">node ${node}</text>`;
}
