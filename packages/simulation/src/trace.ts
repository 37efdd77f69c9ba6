/** A run as text: one line of JSON per event, and a digest that follows from all of them. */
import { sha256 } from '@quorate/transport';
import type { SimulationEvent } from './simulation-event.js';

/** The event as one line of JSON, the same on every machine. Byte strings are hexadecimal. */
export const traceLine = (event: SimulationEvent<unknown, unknown, unknown>): string => JSON.stringify(event, plain);

/**
 * The digest of a trace: each line is hashed together with the digest of all lines before it, so two traces have one digest
 * exactly if they are equal, and the first event that differs shows at once.
 */
export class TraceDigest {
  readonly #text = new TextEncoder();
  #digest: Uint8Array = new Uint8Array(32);
  #events = 0;

  /** Events so far. */
  get events(): number {
    return this.#events;
  }

  /** Adds a line. */
  add(line: string): void {
    const bytes = this.#text.encode(line);
    const joined = new Uint8Array(32 + bytes.length);
    joined.set(this.#digest);
    joined.set(bytes, 32);
    this.#digest = sha256(joined);
    this.#events++;
  }

  /** The digest so far: 64 hexadecimal digits. */
  toString(): string {
    return hexadecimal(this.#digest);
  }
}

const hexadecimal = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

function plain(_key: string, value: unknown): unknown {
  if (value instanceof Uint8Array) return hexadecimal(value);
  return typeof value === 'bigint' ? `${value}n` : value;
}
