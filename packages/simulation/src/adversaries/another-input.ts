/** Another value like it, changed in one place: what the second of two twins is given. The same one where nothing can be changed. */
export function anotherInput<I>(value: I): I {
  // Every part keeps its type, so the whole does: this is the one place that says so.
  return another(value) as I;
}

function another(value: unknown): unknown {
  if (value instanceof Uint8Array) {
    return value.length === 0 ? Uint8Array.of(1) : value.with(0, (value[0] ?? 0) ^ 1);
  }
  if (typeof value === 'number') return Number.isInteger(value) ? value + 1 : -value;
  if (typeof value === 'bigint') return value + 1n;
  if (typeof value === 'boolean') return !value;
  if (typeof value === 'string') return `${value}′`;
  if (isList(value)) return firstChanged(value, (at, part) => value.with(at, part));
  if (isPlain(value)) {
    const names = Object.keys(value).filter((name) => name !== 'kind');
    return firstChanged(
      names.map((name) => value[name]),
      (at, part) => ({ ...value, [names[at] ?? '']: part }),
      value,
    );
  }
  return value;
}

function firstChanged(
  parts: readonly unknown[],
  changed: (at: number, part: unknown) => unknown,
  same: unknown = parts,
): unknown {
  for (const [at, part] of parts.entries()) {
    const other = another(part);
    if (other !== part) return changed(at, other);
  }
  return same;
}

const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value);

const isPlain = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
