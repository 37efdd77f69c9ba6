/** How far the nodes are apart after each round, on a logarithmic scale, with epsilon as a line across. */
import type { Point } from '@quorate/barycentric-agreement';
import { at, axis, placeIn, text, type Mark, type Plane } from './plane.js';

/** The largest distance between two of the points where nodes stood after each round that all have come to. */
export const spreads = (paths: readonly (readonly Point[])[], rounds: number): readonly number[] =>
  Array.from({ length: Math.min(rounds + 1, ...paths.map((path) => path.length)) }, (_, round) => {
    const points = paths.flatMap((path) => path.slice(round, round + 1));
    const distances = points.flatMap((one, index) => points.slice(0, index).map((other) => apart(one, other)));
    return Math.min(Number.MAX_VALUE, Math.max(0, ...distances));
  });

/** Halved first: the greatest doubles are farther apart than the greatest double. */
const apart = (one: Point, other: Point): number =>
  2 * Math.hypot(...one.map((part, index) => part / 2 - (other[index] ?? 0) / 2));

/** A bar for each round; where all nodes are at one place, only its foot. */
export function spreadPanel(
  plane: Plane,
  spread: readonly number[],
  { epsilon, rounds }: { readonly epsilon: number; readonly rounds: number },
): readonly string[] {
  const most = Math.max(epsilon, ...spread);
  const far = Math.log10(most);
  // The lowest distance that is told from none: a tenth of epsilon.
  const near = Math.log10(epsilon) - 1;
  const up = (distance: number): number =>
    distance > 0 && far > near ? Math.max(0, (Math.log10(distance) - near) / (far - near)) : 0;
  const bars = spread.map((distance, round) => {
    const [x, foot] = placeIn(plane, round / rounds, 0);
    const [, head] = placeIn(plane, 0, up(distance));
    const told = `<title>after round ${round}: ${text(distance)} apart</title>`;
    return `<path class="bar" d="M${at(x)} ${at(foot)}V${at(Math.min(head, foot - 2))}">${told}</path>`;
  });
  const [left, level] = placeIn(plane, 0, up(epsilon));
  const largest: readonly Mark[] = most > epsilon ? [{ share: 1, label: text(most, 3) }] : [];
  return [
    ...axis(plane, 'x', 'round', roundMarks(rounds)),
    ...axis(plane, 'y', 'distance', [{ share: up(epsilon), label: 'ε' }, ...largest]),
    ...bars,
    `<path class="epsilon" d="M${at(left)} ${at(level)}H${plane.left + plane.width}"/>`,
  ];
}

/** Every round where there is room, else some. */
export function roundMarks(rounds: number): readonly Mark[] {
  const step = Math.ceil(rounds / 12);
  const shown = Array.from({ length: Math.floor(rounds / step) + 1 }, (_, index) => index * step);
  return shown.map((round) => ({ share: round / rounds, label: String(round) }));
}
