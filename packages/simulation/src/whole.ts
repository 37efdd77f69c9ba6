import { QuorateError } from '@quorate/transport';

/** The number, if it is whole and at least `min`. Throws Q5016. */
export function whole(what: string, value: number, min = 0): number {
  if (Number.isSafeInteger(value) && value >= min) return value;
  throw new QuorateError('Q5016', `${what} cannot be ${String(value)}`, `use a whole number of at least ${min}`);
}
