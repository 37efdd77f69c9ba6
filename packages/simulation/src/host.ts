/**
 * What every host does, under virtual time: one event, its whole step in order, then the next event. Messages to oneself are
 * handed over at once; with records, what leaves for others waits until they are on the disk.
 */
import { noEffects, QuorateError, timerKey, type Effect, type NodeId, type Step } from '@quorate/transport';
import type { Clocks } from './clocks.js';
import { diskLatency, type DiskOptions } from './disk-fate.js';
import type { Links } from './links.js';
import type { NodeSlot, Said } from './node-slot.js';
import type { Random } from './random.js';
import type { Expiry, Timeline, Write } from './timeline.js';
import type { Watch } from './watch.js';
import { whole } from './whole.js';

export interface HostParts<I, M, O, T> {
  readonly links: Links<M, T>;
  readonly timeline: Timeline<M, T>;
  readonly watch: Watch<I, M, O>;
  readonly clocks: Clocks;
  /** How long writes take. */
  readonly disk: DiskOptions;
  readonly random: Random;
  /** Messages that may be handed over, and timers that may run out, before the run is taken for one without end. */
  readonly patience: number;
}

export class Host<I, M, O, T, R> {
  readonly #links: Links<M, T>;
  readonly #timeline: Timeline<M, T>;
  readonly #watch: Watch<I, M, O>;
  readonly #clocks: Clocks;
  readonly #write: { readonly min: number; readonly max: number };
  readonly #random: Random;
  readonly #patience: number;
  #deliveries = 0;
  #expiries = 0;
  #armings = 0;
  #sends = 0;

  constructor({ links, timeline, watch, clocks, disk, random, patience }: HostParts<I, M, O, T>) {
    this.#links = links;
    this.#timeline = timeline;
    this.#watch = watch;
    this.#clocks = clocks;
    this.#write = diskLatency(disk);
    this.#random = random;
    this.#patience = patience;
  }

  /** Messages handed over, those to oneself included. */
  get deliveries(): number {
    return this.#deliveries;
  }

  /** A message reached the node. Throws Q5013. */
  receive(slot: NodeSlot<I, M, O, T, R>, from: NodeId, message: M, sent?: number): void {
    const { protocol } = slot;
    if (protocol === undefined) return;
    if (this.#deliveries++ >= this.#patience) throw noRest();
    this.#watch.received(slot, this.#timeline.now, from, message, sent);
    // Whoever looks on may have stopped the node.
    if (slot.protocol === protocol) this.apply(slot, protocol.receive(from, message));
  }

  /** What the node said to itself, and what waited to be put in: everything that can be done at once. */
  settle(slot: NodeSlot<I, M, O, T, R>): void {
    for (;;) {
      while (slot.local.length > 0) {
        // There is one.
        this.receive(slot, slot.id, slot.local.shift() as M);
      }
      if (slot.waiting.length === 0 || slot.protocol?.ready !== true) return;
      const value = slot.waiting.shift() as I;
      const { protocol } = slot;
      this.#watch.input(slot, this.#timeline.now, value);
      if (slot.protocol === protocol) this.apply(slot, protocol.input(value));
    }
  }

  /** A timer ran out, if it is still armed. Answers whether it was. */
  isDue(slot: NodeSlot<I, M, O, T, R>, { timer, arming }: Expiry<T>): boolean {
    return slot.protocol !== undefined && slot.timers.get(timer) === arming;
  }

  /** The node is told that a timer ran out, due or not. Throws Q5013. */
  expire(slot: NodeSlot<I, M, O, T, R>, name: T, timer: string): void {
    const { protocol } = slot;
    if (protocol?.expire === undefined) return;
    if (this.#expiries++ >= this.#patience) throw noRest();
    this.#watch.tell({ kind: 'expire', tick: this.#timeline.now, node: slot.id, timer });
    if (slot.protocol !== protocol) return;
    this.apply(slot, protocol.expire(name));
    this.settle(slot);
  }

  /** The node is told that its link to a peer lost frames and is open again. */
  reopened(slot: NodeSlot<I, M, O, T, R>, peer: NodeId, incarnation: number): void {
    const { protocol } = slot;
    if (protocol?.reopened === undefined) return;
    this.apply(slot, protocol.reopened(peer, incarnation));
    this.settle(slot);
  }

  /** The node reads its disk, first of all. */
  restore(slot: NodeSlot<I, M, O, T, R>): void {
    if (slot.disk === undefined) return;
    this.apply(slot, slot.protocol?.restore?.(slot.disk.records) ?? noEffects);
  }

  /** A write is over: what waited for it leaves, and the next write begins. */
  written(slot: NodeSlot<I, M, O, T, R>, { life }: Write): void {
    const { disk, gated, protocol } = slot;
    if (disk === undefined || life !== slot.incarnation || slot.down) return;
    disk.log.complete();
    this.#watch.tell({ kind: 'durable', tick: this.#timeline.now, node: slot.id, bytes: disk.bytes });
    let leaving = 0;
    while (leaving < gated.length && (gated[leaving]?.after ?? 0) <= disk.log.durable) leaving++;
    for (const { said } of gated.splice(0, leaving)) {
      this.#leave(slot, said);
      if (slot.protocol !== protocol) return;
    }
    this.#flush(slot);
  }

  apply(slot: NodeSlot<I, M, O, T, R>, step: Step<M, O, T, R>): void {
    if (step.length === 0) return;
    const { protocol } = slot;
    for (const effect of step) {
      this.#effect(slot, effect);
      // Whoever looks on may have stopped the node in the middle: the rest never happens.
      if (slot.protocol !== protocol) return;
    }
    if (slot.disk !== undefined) this.#flush(slot);
  }

  /** Somebody speaks as the node. */
  post(slot: NodeSlot<I, M, O, T, R>, said: Extract<Said<M, O>, { kind: 'send' }>): void {
    const { to, message } = said;
    if ((to === 'all' || to === slot.id) && slot.protocol !== undefined) slot.local.push(message);
    if (slot.disk === undefined || slot.disk.settled || to === slot.id) this.#leave(slot, said);
    else slot.gated.push({ after: slot.disk.log.changes, said });
  }

  #effect(slot: NodeSlot<I, M, O, T, R>, effect: Effect<M, O, T, R>): void {
    switch (effect.kind) {
      case 'send':
        this.post(slot, effect);
        break;
      case 'output':
        if (slot.disk === undefined || slot.disk.settled) this.#leave(slot, effect);
        else slot.gated.push({ after: slot.disk.log.changes, said: effect });
        break;
      case 'fault':
        slot.faults.push({ peer: effect.peer, fault: effect.fault });
        this.#watch.fault(slot, this.#timeline.now, effect.peer, effect.fault);
        break;
      case 'arm':
        this.#arm(slot, effect.timer, effect.ticks);
        break;
      case 'cancel':
        slot.timers.delete(timerKey(effect.timer));
        break;
      case 'persist':
        diskOf(slot).persist(effect.record);
        this.#watch.tell({ kind: 'persist', tick: this.#timeline.now, node: slot.id, record: effect.record });
        break;
      case 'compact':
        diskOf(slot).compact(effect.records);
        this.#watch.tell({ kind: 'compact', tick: this.#timeline.now, node: slot.id, records: effect.records });
        break;
    }
  }

  #leave(slot: NodeSlot<I, M, O, T, R>, said: Said<M, O>): void {
    const tick = this.#timeline.now;
    if (said.kind === 'output') {
      slot.outputs.push(said.value);
      this.#watch.output(slot, tick, said.value);
      return;
    }
    const { to, message } = said;
    this.#watch.sent(slot, tick, to, message);
    const sent = this.#sends++;
    if (to === 'all') this.#links.broadcast(slot.id, message, sent);
    else if (to !== slot.id) this.#links.send(slot.id, to, message, sent, false);
  }

  #flush({ id, disk, incarnation }: NodeSlot<I, M, O, T, R>): void {
    const ordinal = disk?.log.begin();
    if (ordinal === undefined) return;
    const { min, max } = this.#write;
    const ticks = min === max ? min : min + this.#random.below(max - min + 1);
    this.#timeline.plan(this.#timeline.now + ticks, { kind: 'write', node: id, ordinal, life: incarnation });
  }

  #arm(slot: NodeSlot<I, M, O, T, R>, name: T, ticks: number): void {
    const timer = timerKey(name);
    const arming = ++this.#armings;
    const due = this.#timeline.now + this.#clocks.ticks(slot.id, whole('the ticks of a timer', ticks, 1));
    slot.timers.set(timer, arming);
    this.#timeline.plan(due, { kind: 'expiry', node: slot.id, timer, name, arming });
  }
}

function diskOf<I, M, O, T, R>({ disk }: NodeSlot<I, M, O, T, R>): NonNullable<NodeSlot<I, M, O, T, R>['disk']> {
  if (disk === undefined) throw new QuorateError('Q1005', 'the protocol persisted a record and has no `recordSchema`');
  return disk;
}

const noRest = (): QuorateError =>
  new QuorateError('Q5013', 'the run finds no rest', 'raise maxMessages, or look for a protocol that answers itself');
