/** A rectangle on the page, and shares of its sides as places in it. */
export interface Plane {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** A place on the page. */
export type Place = readonly [number, number];

/** `across` counts from the left, `up` from the bottom: 0 … 1 each. */
export const placeIn = ({ left, top, width, height }: Plane, across: number, up: number): Place => [
  left + across * width,
  top + (1 - up) * height,
];

/** To a hundredth of a unit of the page. */
export const at = (value: number): string => String(Number(value.toFixed(2)));

/** A number in few digits: there is room for six. */
export const text = (value: number, digits = 6): string => {
  const rounded = Number(value.toPrecision(digits));
  // The greatest doubles would be rounded to infinity.
  return String(Number.isFinite(rounded) ? rounded : value);
};

/** A mark of an axis: where it stands, and what is written there. */
export interface Mark {
  readonly share: number;
  readonly label: string;
}

/** Lines across the plane with what stands beside them, and the name of the axis. */
export function axis(plane: Plane, side: 'x' | 'y', name: string, marks: readonly Mark[]): readonly string[] {
  const { left, top, width, height } = plane;
  const lines = marks.map(({ share, label }) => {
    const [x, y] = placeIn(plane, share, share);
    return side === 'x'
      ? `<path class="grid" d="M${at(x)} ${top + height}V${top}"/><text x="${at(x)}" y="${top + height + 17}" text-anchor="middle">${label}</text>`
      : `<path class="grid" d="M${left} ${at(y)}H${left + width}"/><text x="${left - 7}" y="${at(y + 4)}" text-anchor="end">${label}</text>`;
  });
  const middle = top + height / 2;
  const title =
    side === 'x'
      ? `<text class="name" x="${left + width / 2}" y="${top + height + 35}" text-anchor="middle">${name}</text>`
      : `<text class="name" x="17" y="${middle}" text-anchor="middle" transform="rotate(-90 17 ${middle})">${name}</text>`;
  return [...lines, title];
}

/** The corners of the hull of these places, in order (Andrew's monotone chain). */
export function hullOf(places: readonly Place[]): readonly Place[] {
  const sorted = places.toSorted(([a, b], [c, d]) => a - c || b - d);
  const half = (from: readonly Place[]): Place[] => {
    const chain: Place[] = [];
    for (const place of from) {
      while (turnsBack(chain.at(-2), chain.at(-1), place)) chain.pop();
      chain.push(place);
    }
    return chain.slice(0, -1);
  };
  return sorted.length < 3 ? sorted : [...half(sorted), ...half(sorted.toReversed())];
}

const turnsBack = (a: Place | undefined, b: Place | undefined, c: Place): boolean =>
  a !== undefined && b !== undefined && (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]) <= 0;
