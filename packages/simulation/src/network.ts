/**
 * The network as a function: when does this message arrive? Links are reliable unless `lossy`: a lost frame is one that
 * arrives late, after retransmission, and a partition holds frames back until it heals. Everything is whole ticks, so that a
 * run is the same on every machine.
 */
import type { NodeId } from '@quorate/transport';
import { QuorateError } from '@quorate/transport';
import type { Random } from './random.js';

/** Chances are whole numbers in a million. */
export const million = 1_000_000;

/** From tick `from` on, until before tick `to`, no frame arrives at a node of another side. */
export interface Partition {
  readonly sides: readonly (readonly NodeId[])[];
  readonly from: number;
  readonly to: number;
}

/** From tick `from` on, until before tick `to`, no frame of `source` arrives at `target`. */
export interface Cut {
  readonly source: NodeId;
  readonly target: NodeId;
  readonly from: number;
  readonly to: number;
}

export interface NetworkOptions {
  /** Ticks that a frame takes, each number equally likely. Default 1 … 10. */
  readonly latency?: { readonly min: number; readonly max: number };
  /** Frames in a million that are lost at first. Default 0. */
  readonly loss?: number;
  /** Frames in a million that arrive twice. Default 0. */
  readonly duplication?: number;
  readonly partitions?: readonly Partition[];
  readonly cuts?: readonly Cut[];
  /** By how many ticks the frames to and from a node take longer. */
  readonly slow?: ReadonlyMap<NodeId, number>;
  /** Lost frames stay lost, and a partition drops what meets it: only safety can be asked for. Default false. */
  readonly lossy?: boolean;
  /** Whether frames of one link keep their order. Default false: any order. */
  readonly ordered?: boolean;
}

/** Ticks after which a lost frame is sent again, as a multiple of the longest latency. */
const retransmission = 4;
/** A frame is not lost more often than this. */
const mostLosses = 16;

export class Network {
  readonly #options: NetworkOptions;
  readonly #random: Random;
  readonly #min: number;
  readonly #spread: number;
  readonly #loss: number;
  readonly #duplication: number;
  readonly #plain: boolean;
  /** The last arrival on each link, by source · n + target. */
  readonly #last: number[];
  readonly #nodes: number;

  /** Throws Q5010 on delays, chances or nodes that are none. */
  constructor(nodes: number, options: NetworkOptions, random: Random) {
    check(nodes, options);
    const { latency = { min: 1, max: 10 }, loss = 0, duplication = 0 } = options;
    this.#nodes = nodes;
    this.#options = options;
    this.#random = random;
    this.#min = latency.min;
    this.#spread = latency.max - latency.min + 1;
    this.#loss = loss;
    this.#duplication = duplication;
    this.#plain = loss === 0 && [options.partitions, options.cuts].every((list) => (list?.length ?? 0) === 0);
    this.#last = options.ordered === true ? Array.from({ length: nodes * nodes }, () => 0) : [];
  }

  /** Whether a frame that leaves now arrives twice. */
  duplicates(): boolean {
    return this.#duplication > 0 && this.#random.below(million) < this.#duplication;
  }

  /** The tick at which a frame that leaves at `now` arrives; undefined when it never does. */
  arrival(from: NodeId, to: NodeId, now: number): number | undefined {
    let tick: number | undefined = now + this.#delay(from, to);
    if (!this.#plain) tick = this.#hindered(from, to, tick);
    return tick === undefined ? undefined : this.#inOrder(from, to, tick);
  }

  #delay(from: NodeId, to: NodeId): number {
    const delay = this.#min + (this.#spread === 1 ? 0 : this.#random.below(this.#spread));
    const { slow } = this.#options;
    return slow === undefined ? delay : delay + (slow.get(from) ?? 0) + (slow.get(to) ?? 0);
  }

  #hindered(from: NodeId, to: NodeId, arrival: number): number | undefined {
    const { lossy = false, partitions = [], cuts = [] } = this.#options;
    let tick = arrival;
    for (let losses = 0; this.#loss > 0 && losses < mostLosses && this.#random.below(million) < this.#loss; losses++) {
      if (lossy) return undefined;
      tick += retransmission * (this.#min + this.#spread);
    }
    // What would arrive during a hindrance starts again when that has gone, and may then meet the next one.
    const hindrances = [...partitions, ...cuts].filter((hindrance) => hinders(hindrance, from, to));
    for (let met = meeting(hindrances, tick); met !== undefined; met = meeting(hindrances, tick)) {
      if (lossy || met.to === Infinity) return undefined;
      tick = met.to + this.#delay(from, to);
    }
    return tick;
  }

  #inOrder(from: NodeId, to: NodeId, tick: number): number {
    if (this.#last.length === 0) return tick;
    const link = from * this.#nodes + to;
    const ordered = Math.max(tick, this.#last[link] ?? 0);
    this.#last[link] = ordered;
    return ordered;
  }
}

function hinders(hindrance: Partition | Cut, from: NodeId, to: NodeId): boolean {
  if ('source' in hindrance) return hindrance.source === from && hindrance.target === to;
  const sideOf = (node: NodeId): number => hindrance.sides.findIndex((side) => side.includes(node));
  return sideOf(from) !== sideOf(to);
}

const meeting = (hindrances: readonly (Partition | Cut)[], tick: number): Partition | Cut | undefined =>
  hindrances.find(({ from, to }) => from <= tick && tick < to);

const isTick = (tick: number): boolean => Number.isSafeInteger(tick) && tick >= 0;

function check(
  nodes: number,
  { latency, loss = 0, duplication = 0, partitions = [], cuts = [], slow = new Map() }: NetworkOptions,
): void {
  if (latency !== undefined) {
    refuse(
      isTick(latency.min) && isTick(latency.max) && latency.min <= latency.max,
      `delays ${latency.min} … ${latency.max}`,
    );
  }
  for (const chance of [loss, duplication])
    refuse(isTick(chance) && chance < million, `a chance of ${chance} in a million`);
  for (const delay of slow.values()) refuse(isTick(delay), `a delay of ${delay} ticks`);
  for (const { from, to } of [...partitions, ...cuts]) {
    refuse(isTick(from) && to >= from && (isTick(to) || to === Infinity), `a hindrance from tick ${from} to ${to}`);
  }
  for (const node of [
    ...partitions.flatMap(({ sides }) => sides.flat()),
    ...cuts.flatMap((cut) => [cut.source, cut.target]),
    ...slow.keys(),
  ]) {
    refuse(Number.isInteger(node) && node >= 0 && node < nodes, `a node ${node} among ${nodes}`);
  }
}

function refuse(condition: boolean, what: string): void {
  if (!condition)
    throw new QuorateError('Q5010', `a network cannot have ${what}`, 'delays and ticks are whole numbers ≥ 0');
}
