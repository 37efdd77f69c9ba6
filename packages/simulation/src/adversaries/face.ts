import { sha256, type Schema } from '@quorate/transport';
import type { Random } from '../random.js';
import { closed, editedContent, isNodes, opened, type Leaf } from './content.js';
import { otherValue } from './other-value.js';

/** Digests of so many payloads are remembered; protocols keep fewer instances open. */
const maxDigests = 4096;
const digestBytes = 32;

/**
 * A second face: what a liar tells the rest of the group. Schema-valid, and consistent for as long as the node lives: the
 * same payload is always replaced by the same other payload of the same length, and the SHA-256 digest of a payload that
 * was shown by the digest of its replacement, so that votes follow the lie. A payload that is itself a frame of the layer above (see
 * `bytes({ of })`) is opened, and the lie told inside. With equal generators, two liars have one face, and the face of a face is the first
 * again: conspirators confirm each other's lies.
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
    if (leaf.kind === 'bytes' && value instanceof Uint8Array && !isNodes(leaf)) return this.#bytes(leaf, value);
    return otherValue(leaf, value, this.#salt);
  }

  #bytes(leaf: Extract<Leaf, { kind: 'bytes' }>, value: Uint8Array): Uint8Array {
    const other = value.length === digestBytes ? this.#digests.get(keyOf(value)) : undefined;
    if (other !== undefined) return other;
    const replacement = this.#within(leaf, value) ?? flipped(value, this.#salt, leaf.max);
    if (value.length >= digestBytes) this.#learn(value, replacement);
    return replacement;
  }

  /** The lie told inside; some faces spoil the frame instead, and show nobody knows what. */
  #within(leaf: Extract<Leaf, { kind: 'bytes' }>, value: Uint8Array): Uint8Array | undefined {
    if (leaf.inner === undefined || this.#salt % 8 === 0) return undefined;
    const inner = opened(leaf, value);
    if (inner === undefined) return undefined;
    const lie = editedContent({ shape: leaf.inner }, inner, (part, of) => this.#replaced(part, of));
    return lie === inner ? undefined : closed(leaf, lie);
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
