import { sample, type Schema } from '@quorate/transport';
import type { Random } from '../random.js';
import { edited, isFree, isNodes, kept, closed, type Leaf } from './content.js';

/** So many messages are remembered. */
const most = 32;

/** A part of a message. */
interface Part {
  readonly leaf: Leaf;
  readonly value: unknown;
}

/** Messages that a liar said and heard: what it says again, or makes new ones from. */
export class Memory<M> {
  readonly #schema: Schema<M>;
  readonly #random: Random;
  readonly #messages: M[] = [];
  #seen = 0;

  constructor(schema: Schema<M>, random: Random) {
    this.#schema = schema;
    this.#random = random;
  }

  /** What it says itself lasts. */
  said(message: M): void {
    const place = this.#place();
    if (place !== undefined) this.#messages[place] = message;
  }

  /** The byte strings of what it heard are views: copied when it is remembered. */
  heard(message: M): void {
    const place = this.#place();
    if (place !== undefined) this.#messages[place] = kept(this.#schema, message);
  }

  /** Any of them; old ones are as likely as new ones. */
  any(): M | undefined {
    return this.#messages[this.#random.below(Math.max(1, this.#messages.length))];
  }

  /**
   * Made up from the schema, and near enough to what goes on to matter: most of its parts are parts of messages that were said,
   * numbers are small, and payloads that are frames of another layer can be read there.
   */
  made(): M {
    return this.#near(this.#schema, this.#parts());
  }

  #near<T>(schema: Schema<T>, parts: readonly Part[]): T {
    const random = this.#random;
    return edited(schema, sample(schema, random), isFree, (leaf, value) => {
      const alike = parts.filter((part) => isAlike(part.leaf, leaf) && fits(leaf, part.value));
      if (alike.length > 0 && random.below(4) > 0) return alike[random.below(alike.length)]?.value;
      if (leaf.kind === 'integer' && !isNodes(leaf) && random.below(2) === 0) {
        return leaf.min + random.below(Math.min(4, leaf.max - leaf.min + 1));
      }
      if (leaf.kind !== 'bytes' || leaf.inner === undefined || random.below(4) === 0) return value;
      return closed(leaf, this.#near({ shape: leaf.inner }, [])) ?? value;
    });
  }

  #parts(): readonly Part[] {
    const parts: Part[] = [];
    for (const message of [this.any(), this.any()]) {
      if (message === undefined) continue;
      edited(this.#schema, message, isFree, (leaf, value) => {
        parts.push({ leaf, value });
        return value;
      });
    }
    return parts;
  }

  /** Each message of the past is remembered with the same chance. */
  #place(): number | undefined {
    const seen = this.#seen++;
    if (seen < most) return seen;
    const place = this.#random.below(Math.min(seen, 4 * most));
    return place < most ? place : undefined;
  }
}

const isAlike = (a: Leaf, b: Leaf): boolean =>
  a.kind === b.kind && (a.kind !== 'integer' || b.kind !== 'integer' || a.meaning === b.meaning);

function fits(leaf: Leaf, value: unknown): boolean {
  switch (leaf.kind) {
    case 'integer':
    case 'float':
      return typeof value === 'number' && value >= leaf.min && value <= leaf.max;
    case 'bigint':
      return typeof value === 'bigint' && value >= leaf.min && value <= leaf.max;
    case 'bytes':
      return value instanceof Uint8Array && value.length >= leaf.min && value.length <= leaf.max;
    case 'boolean':
      return true;
    default:
      return false;
  }
}
