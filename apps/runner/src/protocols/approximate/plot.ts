/**
 * The points of the first agreement, converging, as a picture: value over rounds in one dimension, paths in the plane in more, in front of the hull
 * of what the nodes put in; and below, how far they were apart after each round. It follows the reader's choice of light or dark.
 */
import { roundsFor, type Declared, type Point } from '@quorate/barycentric-agreement';
import { at, axis, hullOf, placeIn, text, type Mark, type Place, type Plane } from './plane.js';
import { roundMarks, spreadPanel, spreads } from './plot-spread.js';

/** What documents show of a node. */
export interface PlottedNode {
  readonly node: string;
  readonly points: readonly (readonly Point[])[];
}

interface Path {
  readonly node: string;
  readonly colour: string;
  readonly points: readonly Point[];
  /** Where the node stood after each round, on the page. */
  readonly places: readonly Place[];
  /** It came to the end. */
  readonly decided: boolean;
}

const width = 720;
const plane: Plane = { left: 78, top: 66, width: 618, height: 380 };
/** A name in the legend takes so much room. */
const entry = { width: 86, height: 18 };
const perRow = Math.floor(plane.width / entry.width);
/** Colours that people tell apart who see fewer of them, on white and on black. */
const colours = ['#2f81d6', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9', '#8c6bb1', '#8a8a8a'];

const style = `<style>
.page{fill:#ffffff}text{fill:#1f2328}.name,.note{fill:#59636e}.grid{stroke:#e3e6ea;fill:none}.hull{fill:#2f81d6;fill-opacity:.08;stroke:#2f81d6;stroke-opacity:.5;stroke-dasharray:5 4}
.bar{stroke:#59636e;stroke-width:5;fill:none}.epsilon{stroke:#d1242f;stroke-dasharray:6 4;fill:none}.start{stroke:#ffffff}
@media (prefers-color-scheme:dark){.page{fill:#0d1117}text{fill:#e6edf3}.name,.note{fill:#9198a1}.grid{stroke:#2a313a}.hull{fill-opacity:.16}.bar{stroke:#9198a1}.epsilon{stroke:#f85149}.start{stroke:#0d1117}}
</style>`;

/** An SVG document. */
export function plotPoints(nodes: readonly PlottedNode[], declared: Declared): string {
  const { dimension, epsilon, range } = declared;
  const firsts = nodes.map(({ points }) => points[0] ?? []);
  const most = roundsFor(declared);
  const rounds = Math.max(1, most);
  const flat = dimension === 1;
  const paths = nodes.map(({ node }, index): Path => {
    const points = firsts[index] ?? [];
    const places = points.map(([first = 0, second = 0], round) =>
      flat
        ? placeIn(plane, round / rounds, shareOf(first, range))
        : placeIn(plane, shareOf(first, range), shareOf(second, range)),
    );
    return { node, colour: colours[index % colours.length] ?? '', points, places, decided: points.length > most };
  });
  const spread = spreads(firsts, rounds);
  const below: Plane = { left: plane.left, top: plane.top + plane.height + 56, width: plane.width, height: 84 };
  const legend = below.top + below.height + 58;
  const height = legend + Math.ceil(paths.length / perRow) * entry.height;
  const shown = dimension > 2 ? `, coordinates 0 and 1 of ${dimension}` : '';
  const title = `approximate agreement of ${paths.length} nodes: epsilon ${text(epsilon)}, ${most} round${most === 1 ? '' : 's'}${shown}`;
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="system-ui, sans-serif" font-size="12" role="img" aria-label="${title}">`,
    style,
    `<rect class="page" width="${width}" height="${height}"/>`,
    `<text x="${plane.left}" y="26" font-size="15" font-weight="600">${title}</text>`,
    `<text class="note" x="${plane.left}" y="46">${outcomeOf(paths, spread[most] ?? 0)} · dots: inputs · rings: decisions · shaded: hull of the inputs</text>`,
    ...axis(plane, 'x', flat ? 'round' : 'coordinate 0', flat ? roundMarks(rounds) : marks(range)),
    ...axis(plane, 'y', flat ? 'value' : 'coordinate 1', marks(range)),
    hull(paths, flat),
    ...paths.map(drawn),
    ...spreadPanel(below, spread, { epsilon, rounds }),
    ...paths.map((path, index) => named(path, index, legend)),
    '</svg>',
  ].join('\n')}\n`;
}

function outcomeOf(paths: readonly Path[], end: number): string {
  const decided = paths.filter((path) => path.decided).length;
  if (decided < paths.length) return `${decided} of ${paths.length} have decided`;
  return end > 0 ? `decided within ${text(end, 3)} of each other` : 'all decided on one point';
}

/** Neither the difference of two great numbers nor a range of one point makes it infinite. */
function shareOf(value: number, [low, high]: Declared['range']): number {
  const half = high / 2 - low / 2;
  return half > 0 ? (value / 2 - low / 2) / half : 0.5;
}

const quarters = [0, 0.25, 0.5, 0.75, 1];

const marks = ([low, high]: Declared['range']): readonly Mark[] =>
  quarters.map((share) => ({ share, label: text(low * (1 - share) + high * share) }));

/** Everything that a correct node may come to. */
function hull(paths: readonly Path[], flat: boolean): string {
  const starts = paths.flatMap(({ places }) => places.slice(0, 1));
  const { left, width: across } = plane;
  const corners = flat
    ? starts.flatMap(([, y]): Place[] => [
        [left, y],
        [left + across, y],
      ])
    : starts;
  const around = hullOf(corners).map(([x, y]) => `${at(x)},${at(y)}`);
  return `<polygon class="hull" points="${around.join(' ')}"><title>the hull of what correct nodes put in</title></polygon>`;
}

/** A path, from a large dot where the node began to a ring where it decided. A dot that covers the one before is left away. */
function drawn({ node, colour, points, places, decided }: Path): string {
  const told = (round: number): string =>
    `<title>node ${node} after round ${round}: ${(points[round] ?? []).map((part) => text(part)).join(', ')}</title>`;
  const steps = places.map(([x, y], round) => ({ x: at(x), y: at(y), round }));
  const moves = steps.filter(({ x, y }, index) => x !== steps[index - 1]?.x || y !== steps[index - 1]?.y);
  const dots = moves.map(({ x, y, round }) =>
    round === 0
      ? `<circle class="start" cx="${x}" cy="${y}" r="6">${told(0)}</circle>`
      : `<circle cx="${x}" cy="${y}" r="2.5">${told(round)}</circle>`,
  );
  const last = decided ? steps.at(-1) : undefined;
  const ring =
    last &&
    `<circle cx="${last.x}" cy="${last.y}" r="7.5" fill="none" stroke="${colour}" stroke-width="1.5">${told(last.round)}</circle>`;
  const line = moves.map(({ x, y }) => `${x},${y}`).join(' ');
  return `<g fill="${colour}"><polyline fill="none" stroke="${colour}" stroke-width="1.5" points="${line}"/>${dots.join('')}${ring ?? ''}</g>`;
}

/** A name in the legend. */
function named({ node, colour }: Path, index: number, top: number): string {
  const left = plane.left + (index % perRow) * entry.width;
  const middle = top + Math.floor(index / perRow) * entry.height;
  return `<circle cx="${left + 5}" cy="${middle - 4}" r="5" fill="${colour}"/><text x="${left + 15}" y="${middle}">node ${node}</text>`;
}
