/**
 * The simulator: the same protocols that run on worker threads, in one thread, under virtual time. One seed decides every
 * delay, order and loss; whoever knows it can run the same again, event by event.
 *
 * It obeys the rule of every host: one event, its whole step in order, then the next event. Messages to oneself are handed
 * over at once, as a host does it.
 */
import {
  codec,
  nodeIds,
  QuorateError,
  Refusal,
  timerKey,
  type Checker,
  type Codec,
  type Effect,
  type Group,
  type NodeId,
  type Step,
  type Violation,
} from '@quorate/transport';
import { Agenda } from './agenda.js';
import type { Hold, InFlight } from './hold.js';
import { Network } from './network.js';
import { NodeSlot, type AnyProtocol, type ReportedFault } from './node-slot.js';
import { seededRandom } from './random.js';
import { Schedule } from './schedule.js';
import type { SimulationEvent } from './simulation-event.js';
import { liarsOf, type SimulationOptions } from './simulation-options.js';
import { whole } from './whole.js';

interface Delivery<M> extends InFlight<M> {
  readonly kind: 'delivery';
  /** Which message of its link this is, from 0. */
  readonly ordinal: number;
  /** The link's life: a frame of an earlier one never arrives. */
  readonly link: number;
}

interface Expiry<T> {
  readonly kind: 'expiry';
  readonly node: NodeId;
  readonly timer: T;
  readonly key: string;
  readonly arming: number;
}

interface Action {
  readonly kind: 'action';
  readonly run: () => void;
}

export class Simulation<I, M, O, T = never, R = never> {
  readonly group: Group;
  readonly seed: number;
  readonly #options: SimulationOptions<I, M, O, T, R>;
  readonly #observer: ((event: SimulationEvent<I, M, O>) => void) | undefined;
  readonly #slots: readonly NodeSlot<I, M, O, T, R>[];
  readonly #agenda: Agenda<Delivery<M> | Expiry<T> | Action>;
  readonly #network: Network;
  readonly #checkers: readonly Checker<I, M, O>[];
  readonly #holds: { readonly condition: (message: InFlight<M>) => boolean; readonly messages: InFlight<M>[] }[] = [];
  /** The life of each link, by from · n + to. */
  readonly #links: number[];
  /** Messages sent so far on each link. */
  readonly #sent: number[];
  readonly #schedule: Schedule<Delivery<M> | Expiry<T>> | undefined;
  readonly #violations: Violation[] = [];
  #deliveries = 0;
  /** Sends so far; one to all is one. */
  #sends = 0;
  #codec: Codec<M> | undefined;
  #armings = 0;
  /** Messages that may still be handed over before the run is taken for one without end. */
  #patience: number;

  /**
   * Throws Q1002 (no such node), Q5010 (a network that is none), Q5011 (more faulty nodes than the group tolerates) or Q5016 (a seed or a
   * bound that is no number).
   */
  constructor(options: SimulationOptions<I, M, O, T, R>) {
    const { group, seed, network = {}, puppets = [], checkers = [] } = options;
    const liars = liarsOf(options);
    this.group = group;
    this.seed = whole('a seed', seed, -(2 ** 31));
    this.#patience = whole('a bound on messages', options.maxMessages ?? 10_000_000);
    this.#options = options;
    this.#observer = options.observer;
    const random = seededRandom(seed);
    this.#agenda = new Agenda(network.ordered === true ? undefined : random);
    this.#network = new Network(group.n, network, random);
    this.#links = Array.from({ length: group.n * group.n }, () => 0);
    this.#sent = Array.from({ length: group.n * group.n }, () => 0);
    this.#schedule = options.schedule && new Schedule(options.schedule);
    const ids = nodeIds(group);
    this.#slots = ids.map((id) => new NodeSlot(id, !liars.has(id)));
    const correct = ids.filter((id) => !liars.has(id));
    this.#checkers = checkers.map((make) => make({ group, correct }));
    for (const slot of this.#slots) {
      if (!puppets.includes(slot.id)) slot.protocol = this.#make(slot);
    }
  }

  /** Violations so far, in the order in which they were seen. */
  get violations(): readonly Violation[] {
    return this.#violations;
  }

  /** Messages handed over, those to oneself included. */
  get deliveries(): number {
    return this.#deliveries;
  }

  /** Virtual time, in ticks. */
  get now(): number {
    return this.#agenda.now;
  }

  /** Whether nothing is on its way and nothing is planned. What is held does not count. */
  get quiet(): boolean {
    return this.#agenda.size === 0;
  }

  outputs(node: NodeId): readonly O[] {
    return this.#slot(node).outputs;
  }

  faults(node: NodeId): readonly ReportedFault[] {
    return this.#slot(node).faults;
  }

  /** The protocol of a node; undefined while it is down, and for puppets. */
  protocol(node: NodeId): AnyProtocol<I, M, O, T, R> | undefined {
    return this.#slot(node).protocol;
  }

  /** Puts a value in; it waits while the protocol is not ready for it. */
  input(node: NodeId, value: I): void {
    const slot = this.#slot(node);
    slot.waiting.push(value);
    this.#settle(slot);
  }

  /** Sends as a faulty node. Throws Q5012 as a correct one. */
  send(from: NodeId, to: NodeId | 'all', message: M): void {
    const slot = this.#slot(from);
    if (slot.correct) throw new QuorateError('Q5012', `node ${from} is correct: nobody else can speak as it`);
    this.#observer?.({ kind: 'send', tick: this.now, node: from, to, message });
    this.#post(from, to, message);
    this.#settle(slot);
  }

  /** Sends raw bytes as a faulty node; answers why they are refused, if they are. */
  sendBytes(from: NodeId, to: NodeId | 'all', bytes: Uint8Array): Refusal | undefined {
    const message = this.#wire().decode(bytes);
    if (message instanceof Refusal) return message;
    this.send(from, to, message);
    return undefined;
  }

  /** From now on, messages for which the condition holds wait, those on their way included. */
  hold(condition: (message: InFlight<M>) => boolean): Hold<M> {
    const hold = { condition, messages: [] as InFlight<M>[] };
    this.#holds.push(hold);
    const end = (): readonly InFlight<M>[] => {
      const at = this.#holds.indexOf(hold);
      if (at >= 0) this.#holds.splice(at, 1);
      return hold.messages.splice(0);
    };
    return {
      messages: hold.messages,
      release: () => {
        for (const { from, to, message, sent } of end()) this.#dispatch(from, to, message, sent);
      },
      drop: () => void end(),
    };
  }

  /** Runs `action` at a tick, between two events; now, if the tick has passed. Throws Q5016 on what is no tick. */
  at(tick: number, action: () => void): void {
    this.#agenda.plan(Math.max(whole('a tick', tick), this.now), { kind: 'action', run: action });
  }

  /** The node stops; what is on its way to and from it is lost. */
  crash(node: NodeId): void {
    const slot = this.#slot(node);
    slot.protocol = undefined;
    slot.down = true;
    slot.timers.clear();
    slot.waiting.length = 0;
    slot.local.length = 0;
    this.#cutLinks(node);
    this.#observer?.({ kind: 'crash', tick: this.now, node });
  }

  /** The node starts anew, without its memory, and its links to all that are up open again. */
  restart(node: NodeId): void {
    const slot = this.#slot(node);
    // What was sent to it while it was down went nowhere, and does not reach who comes after.
    if (slot.down) this.#cutLinks(node);
    else this.crash(node);
    slot.down = false;
    slot.incarnation++;
    if (this.#options.puppets?.includes(node) !== true) slot.protocol = this.#make(slot);
    this.#observer?.({ kind: 'restart', tick: this.now, node });
    for (const peer of nodeIds(this.group)) {
      if (peer === node || this.#slot(peer).down) continue;
      this.#reopen(slot, peer);
      this.#reopen(this.#slot(peer), node);
    }
  }

  /** One event. False when there is none. */
  step(): boolean {
    const event = this.#schedule?.take() ?? this.#agenda.take();
    if (event === undefined) return false;
    if (event.kind === 'action') event.run();
    else if (event.kind === 'expiry') this.#expire(event);
    else this.#deliver(event);
    return true;
  }

  /**
   * Runs until nothing is left to happen, `until` (a tick) has come, so many `events` have happened, or a violation was seen; answers whether it
   * stopped because of `events`. Throws Q5013 (no rest) or Q5016 (no such number).
   */
  run({ until = Infinity, events = Infinity }: { readonly until?: number; readonly events?: number } = {}): boolean {
    if (until !== Infinity) whole('a tick', until);
    if (events !== Infinity) whole('a number of events', events);
    const due = (): boolean => this.#schedule !== undefined || (this.#agenda.next ?? Infinity) <= until;
    for (let left = events; this.#violations.length === 0 && due(); left--) {
      if (left === 0) return true;
      if (!this.step()) break;
    }
    if (until !== Infinity && this.#violations.length === 0) this.#agenda.skipTo(until);
    return false;
  }

  /** Asks the checkers what should have happened and did not; answers all violations of the run. */
  end(): readonly Violation[] {
    return [...this.#violations, ...this.#checkers.flatMap((checker) => [...(checker.end?.() ?? [])])];
  }

  #deliver({ from, to, message, link, ordinal, sent }: Delivery<M>): void {
    if (link !== this.#links[from * this.group.n + to]) return;
    this.#options.record?.({ kind: 'delivery', from, to, ordinal });
    for (const hold of this.#holds) {
      if (hold.condition({ from, to, message, sent })) {
        hold.messages.push({ from, to, message, sent });
        return;
      }
    }
    const slot = this.#slot(to);
    this.#receive(slot, from, message, sent);
    this.#settle(slot);
  }

  #receive(slot: NodeSlot<I, M, O, T, R>, from: NodeId, message: M, sent?: number): void {
    const { protocol } = slot;
    if (protocol === undefined) return;
    this.#deliveries++;
    if (this.#patience-- <= 0)
      throw new QuorateError(
        'Q5013',
        'the run finds no rest',
        'raise maxMessages, or look for a protocol that answers itself',
      );
    if (slot.correct) {
      for (const checker of this.#checkers) this.#note(checker.received?.(slot.id, from, message));
    }
    this.#observer?.({
      kind: 'receive',
      tick: this.now,
      node: slot.id,
      from,
      ...(sent === undefined ? {} : { sent }),
      message,
    });
    this.#apply(slot, protocol.receive(from, message));
  }

  /** What the node said to itself, and what waited to be put in: everything that can be done at once. */
  #settle(slot: NodeSlot<I, M, O, T, R>): void {
    for (;;) {
      const message = slot.local.shift();
      if (message !== undefined) {
        this.#receive(slot, slot.id, message);
        continue;
      }
      if (slot.waiting.length === 0 || slot.protocol?.ready !== true) return;
      this.#input(slot, slot.waiting.shift() as I);
    }
  }

  #input(slot: NodeSlot<I, M, O, T, R>, value: I): void {
    if (slot.correct) {
      for (const checker of this.#checkers) this.#note(checker.input?.(slot.id, value));
    }
    this.#observer?.({ kind: 'input', tick: this.now, node: slot.id, value });
    this.#apply(slot, slot.protocol?.input(value) ?? []);
  }

  #expire({ node, timer, key, arming }: Expiry<T>): void {
    const slot = this.#slot(node);
    if (slot.timers.get(key) !== arming || slot.protocol === undefined || !('expire' in slot.protocol)) return;
    slot.timers.delete(key);
    this.#options.record?.({ kind: 'expiry', node, timer: key });
    this.#observer?.({ kind: 'expire', tick: this.now, node, timer: key });
    this.#apply(slot, slot.protocol.expire(timer));
    this.#settle(slot);
  }

  #apply(slot: NodeSlot<I, M, O, T, R>, step: Step<M, O, T, R>): void {
    for (const effect of step) this.#effect(slot, effect);
  }

  #effect(slot: NodeSlot<I, M, O, T, R>, effect: Effect<M, O, T, R>): void {
    const node = slot.id;
    const tick = this.now;
    const checkers = slot.correct ? this.#checkers : none;
    switch (effect.kind) {
      case 'send':
        for (const checker of checkers) this.#note(checker.sent?.(node, effect.to, effect.message));
        this.#observer?.({ kind: 'send', tick, node, to: effect.to, message: effect.message });
        this.#post(node, effect.to, effect.message);
        break;
      case 'output':
        slot.outputs.push(effect.value);
        for (const checker of checkers) this.#note(checker.output?.(node, effect.value));
        this.#observer?.({ kind: 'output', tick, node, value: effect.value });
        break;
      case 'fault':
        slot.faults.push({ peer: effect.peer, fault: effect.fault });
        for (const checker of checkers) this.#note(checker.fault?.(node, effect.peer, effect.fault));
        this.#observer?.({ kind: 'fault', tick, node, report: { peer: effect.peer, fault: effect.fault } });
        break;
      case 'arm':
        this.#arm(slot, effect.timer, effect.ticks);
        break;
      case 'cancel':
        slot.timers.delete(timerKey(effect.timer));
        break;
      case 'persist':
      case 'compact':
        throw new QuorateError('Q3008', 'the protocol persisted a record, and this host has no storage');
    }
  }

  #arm(slot: NodeSlot<I, M, O, T, R>, timer: T, ticks: number): void {
    const key = timerKey(timer);
    whole('the ticks of a timer', ticks, 1);
    const arming = ++this.#armings;
    slot.timers.set(key, arming);
    const expiry = { kind: 'expiry', node: slot.id, timer, key, arming } as const;
    if (this.#schedule === undefined) this.#agenda.plan(this.now + ticks, expiry);
    else this.#schedule.offer({ kind: 'expiry', node: slot.id, timer: key }, expiry);
  }

  #post(from: NodeId, to: NodeId | 'all', message: M): void {
    const sent = this.#sends++;
    if (to !== 'all') {
      this.#dispatch(from, to, message, sent);
      return;
    }
    for (let node = 0; node < this.group.n; node++) this.#dispatch(from, node as NodeId, message, sent);
  }

  #dispatch(from: NodeId, to: NodeId, message: M, sent: number): void {
    if (from === to) {
      const slot = this.#slot(to);
      if (slot.protocol !== undefined) slot.local.push(message);
      return;
    }
    this.#planDelivery(from, to, message, sent);
    if (this.#network.duplicates()) this.#planDelivery(from, to, message, sent);
  }

  #planDelivery(from: NodeId, to: NodeId, message: M, sent: number): void {
    const at = from * this.group.n + to;
    const ordinal = this.#sent[at] ?? 0;
    this.#sent[at] = ordinal + 1;
    const delivery = { kind: 'delivery', from, to, message, ordinal, sent, link: this.#links[at] ?? 0 } as const;
    if (this.#schedule !== undefined) {
      this.#schedule.offer({ kind: 'delivery', from, to, ordinal }, delivery);
      return;
    }
    const tick = this.#network.arrival(from, to, this.now);
    if (tick !== undefined) this.#agenda.plan(tick, delivery);
  }

  #reopen(slot: NodeSlot<I, M, O, T, R>, peer: NodeId): void {
    const { protocol } = slot;
    if (protocol?.reopened === undefined) return;
    this.#apply(slot, protocol.reopened(peer, this.#slot(peer).incarnation));
    this.#settle(slot);
  }

  #cutLinks(node: NodeId): void {
    const { n } = this.group;
    for (let peer = 0; peer < n; peer++) {
      for (const link of [node * n + peer, peer * n + node]) this.#links[link] = (this.#links[link] ?? 0) + 1;
    }
  }

  #make(slot: NodeSlot<I, M, O, T, R>): AnyProtocol<I, M, O, T, R> {
    const random = seededRandom((this.seed ^ Math.imul(slot.id + 1, 0x9e37_79b1) ^ (slot.incarnation << 20)) | 0);
    return this.#options.protocol({ group: this.group, self: slot.id, incarnation: slot.incarnation, random });
  }

  #wire(): Codec<M> {
    if (this.#codec === undefined) {
      const known = this.#slots.find((slot) => slot.protocol !== undefined)?.protocol;
      if (known === undefined) throw new QuorateError('Q5014', 'no node runs: there is no schema to read bytes with');
      this.#codec = codec(known.schema);
    }
    return this.#codec;
  }

  #note(violation: Violation | undefined): void {
    if (violation !== undefined) this.#violations.push(violation);
  }

  #slot(node: NodeId): NodeSlot<I, M, O, T, R> {
    const slot = this.#slots[node];
    if (slot === undefined) throw new QuorateError('Q1002', `there is no node ${node} in a group of ${this.group.n}`);
    return slot;
  }
}

const none: readonly never[] = [];
