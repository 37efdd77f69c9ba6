/**
 * The simulator: the same protocols that run on worker threads, in one thread, under virtual time. One seed decides every
 * delay, order and loss; whoever knows it can run the same again, event by event.
 */
import {
  nodeId,
  nodeIds,
  QuorateError,
  Refusal,
  timerKey,
  type Group,
  type NodeId,
  type Schema,
  type Violation,
} from '@quorate/transport';
import { Clocks } from './clocks.js';
import { codecOf } from './codecs.js';
import { Disk } from './disk.js';
import { diskFate, type DiskFate } from './disk-fate.js';
import { Holds, type Hold, type InFlight } from './hold.js';
import { Host } from './host.js';
import { Links } from './links.js';
import { Network } from './network.js';
import { NodeSlot, type AnyProtocol, type ReportedFault, type Said } from './node-slot.js';
import { seededRandom, type Random } from './random.js';
import type { ScheduledEvent } from './schedule.js';
import { liarsOf, makeProtocol, tooManyFaulty, type SimulationOptions } from './simulation-options.js';
import { digestOfSaid } from './state-digest.js';
import { Timeline, type Delivery, type Planned } from './timeline.js';
import { Watch } from './watch.js';
import { whole } from './whole.js';

export class Simulation<I, M, O, T = never, R = never> {
  readonly group: Group;
  readonly seed: number;
  readonly #options: SimulationOptions<I, M, O, T, R>;
  readonly #record: ((event: ScheduledEvent) => void) | undefined;
  readonly #random: Random;
  readonly #slots: readonly NodeSlot<I, M, O, T, R>[];
  readonly #timeline: Timeline<M, T>;
  readonly #links: Links<M, T>;
  readonly #watch: Watch<I, M, O>;
  readonly #host: Host<I, M, O, T, R>;
  readonly #holds: Holds<M>;
  #actions = 0;

  /**
   * Throws Q1002 (no such node), Q5010 (a network that is none), Q5011 (more faulty nodes than the group tolerates), Q5016 (a seed, a
   * bound or a speed that is no number) or Q5017 (a disk that is none).
   */
  constructor(options: SimulationOptions<I, M, O, T, R>) {
    const { group, seed, network = {}, checkers = [], observer, disk = {}, keepSaid = false } = options;
    const liars = liarsOf(options);
    const ids = nodeIds(group);
    this.group = group;
    this.seed = whole('a seed', seed, -(2 ** 31), 2 ** 32 - 1);
    this.#options = options;
    this.#record = options.record;
    this.#random = seededRandom(seed);
    this.#timeline = new Timeline(this.#random, options.schedule);
    this.#links = new Links(group.n, new Network(group.n, network, this.#random), this.#timeline);
    const correct = ids.filter((id) => !liars.has(id));
    this.#watch = new Watch({ group, correct, checkers, observer, keepSaid });
    this.#host = new Host({
      links: this.#links,
      timeline: this.#timeline,
      watch: this.#watch,
      clocks: new Clocks(group, options.clocks),
      disk,
      random: this.#random,
      patience: whole('a bound on messages', options.maxMessages ?? 10_000_000),
    });
    this.#holds = new Holds<M>({
      send: ({ from, to, message, sent }) => this.#links.send(from, to, message, sent, true),
      hand: (message) => this.#hand(message),
      lose: (message) => this.#links.lose(message),
    });
    this.#slots = ids.map((id) => new NodeSlot(id, !liars.has(id)));
    for (const slot of this.#slots) this.#make(slot);
    for (const slot of this.#slots) this.#begin(slot);
  }

  /** Violations so far, in the order in which they were seen. */
  get violations(): readonly Violation[] {
    return this.#watch.violations;
  }

  /** Messages handed over, those to oneself included. */
  get deliveries(): number {
    return this.#host.deliveries;
  }

  /** Virtual time, in ticks. */
  get now(): number {
    return this.#timeline.now;
  }

  /** Whether nothing is on its way and nothing is planned. What is held does not count. */
  get quiet(): boolean {
    return this.#timeline.empty && !this.#links.starving;
  }

  /** The nodes that keep to the protocol, and to what they made durable. */
  get correct(): readonly NodeId[] {
    return this.#slots.filter(({ correct }) => correct).map(({ id }) => id);
  }

  outputs(node: NodeId): readonly O[] {
    return this.#slot(node).outputs;
  }

  faults(node: NodeId): readonly ReportedFault[] {
    return this.#slot(node).faults;
  }

  /** Everything that left the node, messages and results, in order. Throws Q5018 when the run does not keep it. */
  said(node: NodeId): readonly Said<M, O>[] {
    if (this.#options.keepSaid === true) return this.#slot(node).said;
    throw new QuorateError('Q5018', 'the run does not keep what nodes say', 'pass keepSaid: true');
  }

  /** A digest of everything that left the node: 64 hexadecimal digits, the same on every machine. Throws Q5018. */
  digest(node: NodeId): string {
    return digestOfSaid(node, this.said(node));
  }

  /** What the node's protocol retains now, beside its bounds; undefined when it does not say, and while the node is down. */
  usage(node: NodeId): object | undefined {
    return this.#slot(node).protocol?.usage?.();
  }

  /** The node's disk: the durable records, and their length in bytes as a cut counts them. Undefined without one. */
  disk(node: NodeId): { readonly records: readonly R[]; readonly bytes: number } | undefined {
    return this.#slot(node).disk;
  }

  /** The protocol of a node; undefined while it is down, and for puppets. */
  protocol(node: NodeId): AnyProtocol<I, M, O, T, R> | undefined {
    return this.#slot(node).protocol;
  }

  /** Puts a value in; it waits while the protocol is not ready for it, and is lost with the node. */
  input(node: NodeId, value: I): void {
    const slot = this.#slot(node);
    slot.waiting.push(value);
    this.#host.settle(slot);
  }

  /** Sends as a faulty node. Throws Q5012 as a correct one, and Q2002 on what no message can be. */
  send(from: NodeId, to: NodeId | 'all', message: M): void {
    const schema = this.#schema;
    // What no wire carries would make honest nodes fail through no fault of theirs.
    if (schema !== undefined) codecOf(schema).encode(message);
    this.#speak(from, to, message);
  }

  /** Sends raw bytes as a faulty node; answers why they are refused, if they are. */
  sendBytes(from: NodeId, to: NodeId | 'all', bytes: Uint8Array): Refusal | undefined {
    const schema = this.#schema;
    if (schema === undefined) throw new QuorateError('Q5014', 'no node runs: there is no schema to read bytes with');
    const message = codecOf(schema).decode(bytes);
    if (message instanceof Refusal) return message;
    this.#speak(from, to, message);
    return undefined;
  }

  /** From now on, messages for which the condition holds wait, those on their way included. What a crash cuts is not held. */
  hold(condition: (message: InFlight<M>) => boolean): Hold<M> {
    return this.#holds.add(condition);
  }

  /** Runs `action` at a tick, between two events; now, if the tick has passed. Throws Q5016 on what is no tick. */
  at(tick: number, action: () => void): void {
    const due = Math.max(whole('a tick', tick), this.now);
    this.#timeline.plan(due, { kind: 'action', ordinal: this.#actions++, run: action });
  }

  /** The node is told that a timer ran out, whether it is armed or not: late, twice, after it was cancelled. */
  fireTimer(node: NodeId, timer: T): void {
    this.#host.expire(this.#slot(node), timer, timerKey(timer));
  }

  /** The node stops; what is on its way to and from it, held or not, is lost, and what its disk has not yet. */
  crash(node: NodeId): void {
    const slot = this.#slot(node);
    slot.disk?.log.crash(this.#options.disk?.torn === true ? this.#random : undefined);
    slot.stop();
    this.#cutLinks(node);
    this.#watch.tell({ kind: 'crash', tick: this.now, node });
  }

  /**
   * The node starts anew: it reads its disk, and its links to all that are up open again. Its memory is gone; without records so is
   * everything. A node whose disk lost what was durable counts among the faulty ones from now on: throws Q5011 when they are too many,
   * Q5017 on a fate that is none.
   */
  restart(node: NodeId, { disk: fate = 'kept' }: { readonly disk?: DiskFate } = {}): void {
    const slot = this.#slot(node);
    diskFate(fate);
    // What was sent to it while it was down went nowhere, and does not reach who comes after.
    if (slot.down) this.#cutLinks(node);
    else this.crash(node);
    if (slot.disk === undefined ? fate !== 'kept' : slot.disk.log.harmedBy(fate)) this.#demote(slot);
    slot.disk?.log.suffer(fate);
    slot.down = false;
    slot.incarnation++;
    this.#make(slot);
    this.#watch.tell({ kind: 'restart', tick: this.now, node });
    this.#begin(slot);
    for (const peer of this.#slots) {
      if (peer === slot || peer.down) continue;
      this.#host.reopened(slot, peer.id, peer.incarnation);
      this.#host.reopened(peer, node, slot.incarnation);
    }
  }

  /**
   * The second phase: the network is perfect from now on between the nodes of the core (all of them by default), nodes with a disk that
   * are down start again, and links that lost frames begin anew, with both ends told. What was promised can then be demanded.
   * What you hold yourself stays held until you release it. Correct nodes outside the core count among the faulty ones from now on. Throws
   * Q1002, or Q5011 when they are too many.
   */
  heal(core: readonly NodeId[] = nodeIds(this.group)): void {
    const inside = new Set(core.map((node) => nodeId(this.group, node)));
    this.#demote(...this.#slots.filter(({ id }) => !inside.has(id)));
    const slots = this.#slots.filter(({ id }) => inside.has(id));
    this.#links.heal([...inside]);
    for (const { id } of slots) this.#watch.tell({ kind: 'heal', tick: this.now, node: id });
    for (const { down, disk, id } of slots) {
      if (down && disk !== undefined) this.restart(id);
    }
    for (const one of slots) {
      for (const other of slots) {
        if (one.id >= other.id || one.down || other.down || !this.#links.renew(one.id, other.id)) continue;
        this.#host.reopened(one, other.id, other.incarnation);
        this.#host.reopened(other, one.id, one.incarnation);
      }
    }
  }

  /** One event. False when there is none. */
  step(): boolean {
    this.#links.feed();
    return this.#next();
  }

  /**
   * Runs until nothing is left to happen, `until` (a tick) has come, so many `events` have happened, or a violation was seen; answers whether it
   * stopped because of `events`. Throws Q5013 (no rest) or Q5016 (no such number).
   */
  run({ until = Infinity, events = Infinity }: { readonly until?: number; readonly events?: number } = {}): boolean {
    if (until !== Infinity) whole('a tick', until);
    if (events !== Infinity) whole('a number of events', events);
    for (let left = events; this.violations.length === 0; left--) {
      this.#links.feed();
      if (!this.#timeline.due(until)) break;
      if (left === 0) return true;
      if (!this.#next()) break;
    }
    if (until !== Infinity && this.violations.length === 0) this.#timeline.skipTo(until);
    return false;
  }

  /** Asks the checkers what should have happened and did not; answers all violations of the run. */
  end(): readonly Violation[] {
    return this.#watch.end();
  }

  /** The next event of those that are planned. */
  #next(): boolean {
    const event = this.#timeline.take();
    if (event === undefined) return false;
    this.#happen(event);
    return true;
  }

  #happen(event: Planned<M, T>): void {
    switch (event.kind) {
      case 'delivery':
        this.#deliver(event);
        break;
      case 'expiry': {
        const slot = this.#slot(event.node);
        if (!this.#host.isDue(slot, event)) return;
        slot.timers.delete(event.timer);
        this.#record?.({ kind: 'expiry', node: event.node, timer: event.timer });
        this.#host.expire(slot, event.name, event.timer);
        break;
      }
      case 'write':
        this.#record?.({ kind: 'write', node: event.node, ordinal: event.ordinal });
        this.#host.written(this.#slot(event.node), event);
        break;
      case 'action':
        this.#record?.({ kind: 'action', ordinal: event.ordinal });
        event.run();
        break;
    }
  }

  #deliver(drawn: Delivery<M>): void {
    const frame = this.#links.arrived(drawn);
    if (frame === undefined) return;
    this.#record?.({ kind: 'delivery', from: frame.from, to: frame.to, ordinal: frame.ordinal });
    if (frame.free || !this.#holds.catches(frame)) this.#hand(frame);
  }

  #hand({ from, to, message, sent }: InFlight<M>): void {
    const slot = this.#slot(to);
    this.#host.receive(slot, from, message, sent);
    this.#host.settle(slot);
  }

  #speak(from: NodeId, to: NodeId | 'all', message: M): void {
    const slot = this.#slot(from);
    if (slot.correct) throw new QuorateError('Q5012', `node ${from} is correct: nobody else can speak as it`);
    if (to !== 'all') this.#slot(to);
    this.#host.post(slot, { kind: 'send', to, message });
    this.#host.settle(slot);
  }

  /** That of the messages, as long as a node runs. */
  get #schema(): Schema<M> | undefined {
    return this.#slots.find(({ protocol }) => protocol !== undefined)?.protocol?.schema;
  }

  /** What is on its way to and from the node, held or not, is lost. */
  #cutLinks(node: NodeId): void {
    this.#links.cut(node);
    this.#holds.forget(node);
  }

  /** A new life, of which nobody has heard yet. */
  #make(slot: NodeSlot<I, M, O, T, R>): void {
    if (this.#options.puppets?.includes(slot.id) === true) return;
    slot.protocol = makeProtocol(this.#options, slot);
    const { recordSchema } = slot.protocol;
    if (recordSchema !== undefined) slot.disk ??= new Disk(recordSchema);
  }

  #begin(slot: NodeSlot<I, M, O, T, R>): void {
    if (slot.disk === undefined) return;
    this.#host.restore(slot);
    this.#host.settle(slot);
  }

  /** From now on the nodes count among the faulty ones. */
  #demote(...slots: readonly NodeSlot<I, M, O, T, R>[]): void {
    const fallen = slots.filter(({ correct }) => correct);
    const faulty = this.group.n - this.correct.length + fallen.length;
    if (fallen.length > 0 && faulty > this.group.f && this.#options.unsafe !== true)
      throw tooManyFaulty(faulty, this.group);
    for (const slot of fallen) {
      slot.correct = false;
      this.#watch.demoted(slot.id);
    }
  }

  #slot(node: NodeId): NodeSlot<I, M, O, T, R> {
    const slot = this.#slots[node];
    if (slot === undefined) throw new QuorateError('Q1002', `there is no node ${node} in a group of ${this.group.n}`);
    return slot;
  }
}
