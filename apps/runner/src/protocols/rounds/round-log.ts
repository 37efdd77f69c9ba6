/**
 * What one node put out in each round, in a few bytes a round: who stands in which set. The values need not be kept, because they
 * can be made again from the plan; what deviates is kept. Nobody is believed: every value is compared when it comes.
 */
import type { Collected } from '@quorate/reliable-broadcast';
import { NodeSet, nodeIds, nodeSetBytes, type Group, type NodeId } from '@quorate/transport';
import { JoinedDigest } from '../../run/joined-digest.js';
import type { OutputLog, OutputSummary, ValueSource } from '../protocol.js';

/** Who stands in the sets of an output: first those whose values are in it. */
export type SetsOf<O> = (output: O) => readonly Iterable<NodeId>[];

/** A value that is not the one that its sender was given. */
export interface DeviatingValue {
  readonly round: number;
  readonly sender: number;
  readonly value: Uint8Array;
}

/** Everything one node put out first, round by round; plain data. */
export interface RoundRecord extends OutputSummary {
  /** Round after round, set after set, `nodeSetBytes` each; a round without output has empty sets. */
  readonly sets: Uint8Array;
  readonly deviating: readonly DeviatingValue[];
  /** Rounds that are told of: 0 … rounds − 1. */
  readonly rounds: number;
}

/** The most that is kept of values that deviate, in bytes; only liars bring them about. */
const mostDeviating = 67_108_864;
/** What a deviating value costs beside its bytes. */
const deviationBytes = 64;

export class RoundLog<O extends Collected> implements OutputLog<O, RoundRecord> {
  readonly #group: Group;
  readonly #values: ValueSource;
  readonly #setsOf: SetsOf<O>;
  readonly #setCount: number;
  readonly #size: number;
  readonly #deviating: DeviatingValue[] = [];
  #sets = new Uint8Array(0);
  #rounds = 0;
  #count = 0;
  #left = mostDeviating;
  #unrecorded = 0;

  constructor(group: Group, values: ValueSource, setsOf: SetsOf<O>, setCount: number) {
    this.#group = group;
    this.#values = values;
    this.#setsOf = setsOf;
    this.#setCount = setCount;
    this.#size = nodeSetBytes(group.n);
  }

  get count(): number {
    return this.#count;
  }

  /** Takes an output; later ones of the same round are not looked at. */
  record(output: O): void {
    const { round, values } = output;
    if (round >= this.#values.count) {
      // Nobody was to put anything into this round.
      this.#unrecorded++;
      return;
    }
    const stride = this.#size * this.#setCount;
    this.#grow((round + 1) * stride);
    if (this.#isThere(round)) return;
    this.#rounds = Math.max(this.#rounds, round + 1);
    this.#count++;
    for (const [index, members] of this.#setsOf(output).entries()) {
      const set = new NodeSet();
      for (const member of members) set.add(member);
      this.#sets.set(set.toBytes(this.#group.n), round * stride + index * this.#size);
    }
    for (const [sender, value] of values) this.#compare(round, sender, value);
  }

  summary(): RoundRecord {
    const { n } = this.#group;
    return {
      count: this.#count,
      sha256: this.#joined(),
      unrecorded: this.#unrecorded,
      sets: this.#sets.slice(0, this.#rounds * nodeSetBytes(n) * this.#setCount),
      deviating: this.#deviating,
      rounds: this.#rounds,
    };
  }

  #isThere(round: number): boolean {
    const at = round * this.#size * this.#setCount;
    return this.#sets.subarray(at, at + this.#size).some((byte) => byte !== 0);
  }

  #compare(round: number, sender: NodeId, value: Uint8Array): void {
    if (Buffer.compare(this.#values.at(sender, round), value) === 0) return;
    this.#left -= value.length + deviationBytes;
    if (this.#left < 0) this.#unrecorded++;
    else this.#deviating.push({ round, sender, value: Uint8Array.from(value) });
  }

  #grow(bytes: number): void {
    if (this.#sets.length >= bytes) return;
    const longer = new Uint8Array(Math.max(bytes, this.#sets.length * 2, 1024));
    longer.set(this.#sets);
    this.#sets = longer;
  }

  /** The values by round, then by sender. */
  #joined(): string {
    const joined = new JoinedDigest();
    const { n } = this.#group;
    const lies = new Map<number, DeviatingValue[]>();
    for (const lie of this.#deviating) lies.set(lie.round, [...(lies.get(lie.round) ?? []), lie]);
    for (let round = 0; round < this.#rounds; round++) {
      const at = round * this.#setCount * this.#size;
      const told = lies.get(round);
      for (let sender = 0; sender < n; sender++) {
        if (((this.#sets[at + (sender >>> 3)] ?? 0) & (1 << (sender & 7))) === 0) continue;
        const lie = told?.find((deviating) => deviating.sender === sender);
        joined.add(lie?.value ?? this.#values.at(sender, round));
      }
    }
    return joined.hex();
  }
}

/** Who stands in a set of a round. */
export function membersAt(
  sets: Uint8Array,
  group: Group,
  setCount: number,
  round: number,
  index: number,
): readonly NodeId[] {
  const size = nodeSetBytes(group.n);
  const at = (round * setCount + index) * size;
  const set = NodeSet.fromBytes(sets.subarray(at, at + size), group.n);
  return set === undefined ? [] : nodeIds(group).filter((node) => set.has(node));
}
