/**
 * The network as a function: when does this message arrive? Links are reliable unless `lossy`: a lost frame is one that
 * arrives late, after retransmission, and a partition holds frames back until it heals. Everything is whole ticks, so that a
 * run is the same on every machine.
 */
import type { NodeId } from '@quorate/transport';
import { Delays } from './delays.js';
import { checkNetwork, million, type Cut, type NetworkOptions, type Partition } from './network-options.js';
import type { Random } from './random.js';

/** Ticks after which a lost frame is sent again, as a multiple of the longest latency. */
const retransmission = 4;
/** A frame is not lost more often than this. */
const mostLosses = 16;

export class Network {
  /** Whether frames of one link keep their order. */
  readonly ordered: boolean;
  readonly #options: NetworkOptions;
  readonly #random: Random;
  readonly #delays: Delays;
  readonly #loss: number;
  readonly #duplication: number;
  /** Nothing happens to a frame but its delay. */
  readonly #plain: boolean;
  readonly #slow: ReadonlyMap<NodeId, number> | undefined;
  readonly #heldBack: ReadonlySet<string> | undefined;
  /** Senders that starve, by receiver. */
  readonly #starve: ReadonlyMap<NodeId, ReadonlySet<NodeId>> | undefined;
  /** The last arrival on each link, by source · n + target. */
  readonly #last: (number | undefined)[];
  readonly #nodes: number;
  readonly #allHindrances: readonly (Partition | Cut)[];
  /** By source · n + target, as far as anybody asked. */
  readonly #hindrances: (readonly (Partition | Cut)[] | undefined)[] = [];
  /** Between these the network is perfect. */
  #healed: ReadonlySet<NodeId> | undefined;

  /** Throws Q5010 on delays, chances or nodes that are none. */
  constructor(nodes: number, options: NetworkOptions, random: Random) {
    checkNetwork(nodes, options);
    const { loss = 0, duplication = 0, ordered = false, partitions = [], cuts = [] } = options;
    this.#nodes = nodes;
    this.#options = options;
    this.#random = random;
    this.#delays = new Delays(options.latency, random);
    this.#loss = loss;
    this.#duplication = duplication;
    this.#slow = options.slow;
    this.#allHindrances = [...partitions, ...cuts];
    this.#plain = loss === 0 && this.#allHindrances.length === 0 && options.slow === undefined;
    this.#heldBack = options.heldBack && new Set(options.heldBack);
    this.#starve =
      options.starve && new Map(options.starve.map(({ receiver, senders }) => [receiver, new Set(senders)]));
    this.ordered = ordered;
    this.#last = [];
  }

  /** No frame takes longer than this, in ticks, when nothing hinders it. */
  get longest(): number {
    return this.#delays.max;
  }

  /** Whether a frame that leaves now arrives twice. */
  duplicates(from: NodeId, to: NodeId): boolean {
    if (this.#duplication === 0 || this.isHealed(from, to)) return false;
    return this.#random.below(million) < this.#duplication;
  }

  /** Whether a frame has to wait until nothing else is under way. */
  starves(from: NodeId, to: NodeId, message: unknown): boolean {
    if ((this.#starve === undefined && this.#heldBack === undefined) || this.isHealed(from, to)) return false;
    return this.#starve?.get(to)?.has(from) === true || this.#isHeldBack(message);
  }

  /** The tick at which a frame that leaves at `now` arrives; undefined when it never does. */
  arrival(from: NodeId, to: NodeId, now: number): number | undefined {
    let tick: number | undefined = now + this.#delays.draw();
    if (!this.#plain && !this.isHealed(from, to)) tick = this.#hindered(from, to, tick + this.#slowness(from, to));
    return tick === undefined || !this.ordered ? tick : this.#inOrder(from, to, tick);
  }

  /** From now on the network is perfect between these nodes. What was promised to arrive later than that is to be asked for anew. */
  heal(core: readonly NodeId[]): void {
    this.#healed = new Set(core);
    this.#last.length = 0;
  }

  isHealed(from: NodeId, to: NodeId): boolean {
    return this.#healed !== undefined && this.#healed.has(from) && this.#healed.has(to);
  }

  #slowness(from: NodeId, to: NodeId): number {
    return this.#slow === undefined ? 0 : (this.#slow.get(from) ?? 0) + (this.#slow.get(to) ?? 0);
  }

  #isHeldBack(message: unknown): boolean {
    if (this.#heldBack === undefined || typeof message !== 'object' || message === null) return false;
    return 'kind' in message && this.#heldBack.has(String(message.kind));
  }

  #hindered(from: NodeId, to: NodeId, arrival: number): number | undefined {
    const lossy = this.#options.lossy === true;
    let tick = arrival;
    for (let losses = 0; this.#loss > 0 && losses < mostLosses && this.#random.below(million) < this.#loss; losses++) {
      if (lossy) return undefined;
      tick += retransmission * (this.#delays.max + 1);
    }
    // What would arrive during a hindrance starts again when that has gone, and may then meet the next one.
    const hindrances = this.#hindrancesOf(from, to);
    for (let met = meeting(hindrances, tick); met !== undefined; met = meeting(hindrances, tick)) {
      if (lossy || met.to === Infinity) return undefined;
      tick = met.to + this.#delays.draw() + this.#slowness(from, to);
    }
    return tick;
  }

  /** What stands between two nodes, and when; looked up once for each link. */
  #hindrancesOf(from: NodeId, to: NodeId): readonly (Partition | Cut)[] {
    if (this.#allHindrances.length === 0) return none;
    const link = from * this.#nodes + to;
    const known = this.#hindrances[link];
    if (known !== undefined) return known;
    const met = this.#allHindrances.filter((hindrance) => hinders(hindrance, from, to));
    this.#hindrances[link] = met;
    return met;
  }

  #inOrder(from: NodeId, to: NodeId, tick: number): number {
    const link = from * this.#nodes + to;
    const ordered = Math.max(tick, this.#last[link] ?? 0);
    this.#last[link] = ordered;
    return ordered;
  }
}

const none: readonly never[] = [];

function hinders(hindrance: Partition | Cut, from: NodeId, to: NodeId): boolean {
  if ('source' in hindrance) return hindrance.source === from && hindrance.target === to;
  const sideOf = (node: NodeId): number => hindrance.sides.findIndex((side) => side.includes(node));
  return sideOf(from) !== sideOf(to);
}

function meeting(hindrances: readonly (Partition | Cut)[], tick: number): Partition | Cut | undefined {
  for (const hindrance of hindrances) if (hindrance.from <= tick && tick < hindrance.to) return hindrance;
  return undefined;
}
