import { sha256 } from '@quorate/transport';
import { hexadecimal } from './hexadecimal.js';

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

/** The digest of one line alone. */
export function digestOf(line: string): string {
  const digest = new TraceDigest();
  digest.add(line);
  return String(digest);
}
