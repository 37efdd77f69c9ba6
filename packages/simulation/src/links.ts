import type { NodeId } from '@quorate/transport';
import type { InFlight } from './hold.js';
import type { Network } from './network.js';
import type { Delivery, Planned, Timeline } from './timeline.js';

/** The links between the nodes: which frames are on their way, and when they arrive. */
export class Links<M, T> {
  readonly #nodes: number;
  readonly #network: Network;
  readonly #timeline: Timeline<M, T>;
  // By source · n + target:
  /** How often the link was cut. */
  readonly #lives: number[];
  /** Frames so far. */
  readonly #frames: number[];
  /** Whether it lost a frame for good, and nobody was told. */
  readonly #losses: boolean[];
  /** Frames on their way, where a link keeps their order: whichever is drawn, the first one arrives. */
  readonly #queues: Delivery<M>[][] | undefined;
  /** Frames that wait until nothing else is under way. */
  #starved: Delivery<M>[] = [];
  /** Links that keep their order and have such frames: what comes behind them waits, too. */
  readonly #stopped = new Set<number>();
  /** Frames under way. */
  #underWay = 0;

  constructor(nodes: number, network: Network, timeline: Timeline<M, T>) {
    const links = nodes * nodes;
    this.#nodes = nodes;
    this.#network = network;
    this.#timeline = timeline;
    this.#lives = filled(links, 0);
    this.#frames = filled(links, 0);
    this.#losses = filled(links, false);
    if (network.ordered && !timeline.scheduled) this.#queues = Array.from({ length: links }, () => []);
  }

  /** Whether frames wait for others to arrive. */
  get starving(): boolean {
    return this.#starved.length > 0;
  }

  /** A frame leaves, or two of them. To oneself there is no link. */
  send(from: NodeId, to: NodeId, message: M, sent: number, free: boolean): void {
    this.#plan(from, to, message, sent, free);
    if (this.#network.duplicates(from, to)) this.#plan(from, to, message, sent, free);
  }

  broadcast(from: NodeId, message: M, sent: number): void {
    for (let to = 0; to < this.#nodes; to++) {
      // Counted up to n: ids are what a group has.
      if (to !== from) this.send(from, to as NodeId, message, sent, false);
    }
  }

  /** The frame that this event brings: of an ordered link the first one, and none when its link was cut meanwhile. */
  arrived(drawn: Delivery<M>): Delivery<M> | undefined {
    const at = drawn.from * this.#nodes + drawn.to;
    this.#underWay--;
    const frame = this.#queues === undefined ? drawn : this.#queues[at]?.shift();
    return frame === undefined || frame.life !== this.#lives[at] ? undefined : frame;
  }

  /** When nothing else is under way, what starved is. */
  feed(): void {
    if (this.#starved.length === 0 || this.#underWay > 0) return;
    this.#stopped.clear();
    for (const frame of this.#starved.splice(0)) this.#depart(frame);
  }

  /** All links of the node are cut: what is on its way is lost. */
  cut(node: NodeId): void {
    for (let peer = 0; peer < this.#nodes; peer++) this.#cutPair(node, peer);
    this.#starved = this.#starved.filter(({ from, to }) => from !== node && to !== node);
  }

  /** A frame of this link was lost for good. */
  lose({ from, to }: InFlight<M>): void {
    this.#losses[from * this.#nodes + to] = true;
  }

  /** Whether a frame between the two was lost and nobody was told; from now on somebody was, and the link begins anew. */
  renew(one: NodeId, other: NodeId): boolean {
    if (!this.#losses[one * this.#nodes + other] && !this.#losses[other * this.#nodes + one]) return false;
    this.#cutPair(one, other);
    return true;
  }

  /** Between these nodes the network is perfect from now on: what is on its way arrives as if it were sent now. */
  heal(core: readonly NodeId[]): void {
    const now = this.#timeline.now;
    this.#network.heal(core);
    const limit = now + this.#network.longest;
    const late = ({ kind }: Planned<M, T>, tick: number): boolean =>
      kind === 'delivery' && (this.#queues !== undefined || tick > limit);
    this.#timeline.rearrange((event, tick) => {
      if (event.kind !== 'delivery' || !late(event, tick) || !this.#network.isHealed(event.from, event.to)) return tick;
      return this.#network.arrival(event.from, event.to, now) ?? tick;
    });
    const starved = this.#starved;
    this.#starved = [];
    this.#stopped.clear();
    for (const frame of starved) this.#launch(frame);
  }

  #plan(from: NodeId, to: NodeId, message: M, sent: number, free: boolean): void {
    const at = from * this.#nodes + to;
    const ordinal = this.#frames[at] ?? 0;
    this.#frames[at] = ordinal + 1;
    this.#launch({ kind: 'delivery', from, to, message, sent, ordinal, life: this.#lives[at] ?? 0, free });
  }

  #launch(frame: Delivery<M>): void {
    if (this.#timeline.scheduled) this.#timeline.plan(0, frame);
    else if (this.#waits(frame)) this.#starved.push(frame);
    else this.#depart(frame);
  }

  #waits({ from, to, message }: Delivery<M>): boolean {
    const at = from * this.#nodes + to;
    const waits = this.#stopped.has(at) || this.#network.starves(from, to, message);
    if (waits && this.#queues !== undefined) this.#stopped.add(at);
    return waits;
  }

  #depart(frame: Delivery<M>): void {
    const { from, to } = frame;
    const tick = this.#network.arrival(from, to, this.#timeline.now);
    if (tick === undefined) {
      this.lose(frame);
      return;
    }
    this.#underWay++;
    this.#queues?.[from * this.#nodes + to]?.push(frame);
    this.#timeline.plan(tick, frame);
  }

  #cutPair(one: number, other: number): void {
    for (const at of [one * this.#nodes + other, other * this.#nodes + one]) {
      this.#lives[at] = (this.#lives[at] ?? 0) + 1;
      this.#stopped.delete(at);
      this.#losses[at] = false;
    }
  }
}

/** A plain loop: campaigns make many of these, and `Array.from` takes ten times as long. */
function filled<V>(length: number, value: V): V[] {
  const table: V[] = [];
  for (let at = 0; at < length; at++) table.push(value);
  return table;
}
