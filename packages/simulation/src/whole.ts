import { QuorateError } from '@quorate/transport';

/** The number, if it is whole, at least `min` and at most `max`. Throws Q5016. */
export function whole(what: string, value: number, min = 0, max: number = Number.MAX_SAFE_INTEGER): number {
  if (Number.isSafeInteger(value) && value >= min && value <= max) return value;
  const range = max === Number.MAX_SAFE_INTEGER ? `of at least ${min}` : `${min} … ${max}`;
  throw new QuorateError('Q5016', `${what} cannot be ${String(value)}`, `use a whole number ${range}`);
}
