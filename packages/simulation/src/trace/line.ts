import type { SimulationEvent } from '../simulation-event.js';
import { hexadecimal } from './hexadecimal.js';

/**
 * The event as one line of JSON, the same on every machine: byte strings are hexadecimal, big integers end in `n`, numbers that JSON does
 * not know are words. `bytes` is how long a sent message is on a wire, if that is known.
 */
export const traceLine = (event: SimulationEvent<unknown, unknown, unknown>, bytes?: number): string =>
  JSON.stringify(bytes === undefined ? event : { ...event, bytes }, plain);

// A function, not an arrow: JSON.stringify calls toJSON first, which Node's Buffer has, and `this` still holds what was there before.
function plain(this: unknown, key: string, value: unknown): unknown {
  const original: unknown = (this as Readonly<Record<string, unknown>>)[key];
  if (original instanceof Uint8Array) return hexadecimal(original);
  switch (typeof value) {
    case 'bigint':
      return `${value}n`;
    case 'number':
      return Number.isFinite(value) ? value : String(value);
    default:
      return value instanceof Map || value instanceof Set ? [...value] : value;
  }
}
