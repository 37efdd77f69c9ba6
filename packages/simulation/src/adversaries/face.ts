import { mutate, sha256, type Schema } from '@quorate/transport';
import { seededRandom, type Random } from '../random.js';
import { editedContent, type Leaf } from './content.js';

/** Digests of so many payloads are remembered; protocols keep fewer instances open. */
const maxDigests = 4096;
const digestBytes = 32;

/**
 * A second face: what a liar tells the rest of the group. Schema-valid, and consistent for as long as the node lives: the
 * same payload is always replaced by the same other payload of the same length, and the SHA-256 digest of a payload that
 * was shown by the digest of its replacement, so that votes follow the lie.
 */
export class Face<M> {
  readonly #schema: Schema<M>;
  readonly #salt: number;
  /** Digest of a payload (as text) to the digest of its replacement; the oldest goes first. */
  readonly #digests = new Map<string, Uint8Array>();

  constructor(schema: Schema<M>, random: Random) {
    this.#schema = schema;
    this.#salt = random.below(2 ** 31);
  }

  /** The message as the deceived see it; the same object when it has no content to change. */
  of(message: M): M {
    return editedContent(this.#schema, message, (leaf, value) => this.#replaced(leaf, value));
  }

  #replaced(leaf: Leaf, value: unknown): unknown {
    if (leaf.kind === 'bytes' && value instanceof Uint8Array) return this.#bytes(leaf.max, value);
    return mutate(leaf, value, seededRandom(this.#salt ^ hash(textOf(value))));
  }

  #bytes(max: number, value: Uint8Array): Uint8Array {
    const other = value.length === digestBytes ? this.#digests.get(keyOf(value)) : undefined;
    if (other !== undefined) return other;
    const replacement = flipped(value, this.#salt, max);
    if (value.length >= digestBytes) this.#learn(value, replacement);
    return replacement;
  }

  #learn(payload: Uint8Array, replacement: Uint8Array): void {
    const digest = keyOf(sha256(payload));
    if (this.#digests.has(digest)) return;
    const [oldest] = this.#digests.keys();
    if (this.#digests.size >= maxDigests && oldest !== undefined) this.#digests.delete(oldest);
    this.#digests.set(digest, sha256(replacement));
  }
}

/** One byte changed, always the same one for a length: nothing needs to be remembered, and twice is the original again. */
function flipped(value: Uint8Array, salt: number, max: number): Uint8Array {
  const mask = 1 + (salt % 255);
  if (value.length === 0) return max === 0 ? value : Uint8Array.of(mask);
  const copy = Uint8Array.from(value);
  const place = salt % value.length;
  copy[place] = (copy[place] ?? 0) ^ mask;
  return copy;
}

const keyOf = (bytes: Uint8Array): string => String.fromCharCode(...bytes);

const textOf = (value: unknown): string =>
  JSON.stringify(value, (_key, part: unknown) => {
    if (typeof part === 'bigint') return `${part}n`;
    return part instanceof Uint8Array ? [...part] : part;
  }) ?? '';

/** FNV-1a, to a 32-bit integer. */
function hash(text: string): number {
  let state = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) state = Math.imul(state ^ text.charCodeAt(i), 0x01000193);
  return state;
}
