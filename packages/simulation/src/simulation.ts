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
  type CheckerFactory,
  type Codec,
  type Effect,
  type Group,
  type NodeId,
  type Step,
  type Violation,
} from '@quorate/transport';
import { Agenda } from './agenda.js';
import { Schedule, type ScheduledEvent } from './schedule.js';
import { Network, type NetworkOptions } from './network.js';
import { NodeSlot, type AnyProtocol, type ReportedFault } from './node-slot.js';
import { seededRandom, type Random } from './random.js';

/** What a node's protocol is made from, at the start and after each restart. */
export interface NodeContext {
  readonly group: Group;
  readonly self: NodeId;
  readonly incarnation: number;
  /** For adversaries: drawn from the run's seed, apart from the network's draws. */
  readonly random: Random;
}

export interface SimulationOptions<I, M, O, T = never> {
  readonly group: Group;
  /** Any 32-bit integer. */
  readonly seed: number;
  readonly protocol: (context: NodeContext) => AnyProtocol<I, M, O, T>;
  /** Nodes that do not keep to the protocol; `protocol` may give them one that lies. At most f, unless `unsafe`. */
  readonly faulty?: readonly NodeId[];
  /** Faulty nodes that run nothing: what they say is put in with `send` and `sendBytes`. */
  readonly puppets?: readonly NodeId[];
  /** Permits more faulty nodes than the group tolerates, to watch what breaks. */
  readonly unsafe?: boolean;
  readonly network?: NetworkOptions;
  readonly checkers?: readonly CheckerFactory<I, M, O>[];
  /** Exactly these events happen, in this order, whatever the network would do. */
  readonly schedule?: readonly ScheduledEvent[];
  /** Sees each event that a schedule can name, when it happens. */
  readonly record?: (event: ScheduledEvent) => void;
  /** Messages after which the run is taken for one without end. Default 10 million. */
  readonly maxMessages?: number;
  /** Sees every event, in order. */
  readonly observer?: (event: SimulationEvent<I, M, O>) => void;
}

/** What happened, in the order in which it did. */
export type SimulationEvent<I, M, O> =
  | { readonly kind: 'input'; readonly tick: number; readonly node: NodeId; readonly value: I }
  | {
      readonly kind: 'receive';
      readonly tick: number;
      readonly node: NodeId;
      readonly from: NodeId;
      readonly message: M;
    }
  | {
      readonly kind: 'send';
      readonly tick: number;
      readonly node: NodeId;
      readonly to: NodeId | 'all';
      readonly message: M;
    }
  | { readonly kind: 'output'; readonly tick: number; readonly node: NodeId; readonly value: O }
  | { readonly kind: 'fault'; readonly tick: number; readonly node: NodeId; readonly report: ReportedFault }
  | { readonly kind: 'expire'; readonly tick: number; readonly node: NodeId; readonly timer: string }
  | { readonly kind: 'crash' | 'restart'; readonly tick: number; readonly node: NodeId };

/** A frame on its way. */
export interface InFlight<M> {
  readonly from: NodeId;
  readonly to: NodeId;
  readonly message: M;
}

/** Messages that were held back. */
export interface Hold<M> {
  /** What is held at this moment. */
  readonly messages: readonly InFlight<M>[];
  /** Lets everything go, now, and holds nothing more. */
  release(): void;
  /** Throws away what is held, and holds nothing more. */
  drop(): void;
}

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

export class Simulation<I, M, O, T = never> {
  readonly group: Group;
  readonly seed: number;
  /** Violations so far, in the order in which they were seen. */
  readonly violations: Violation[] = [];
  /** Messages handed over, those to oneself included. */
  deliveries = 0;
  readonly #options: SimulationOptions<I, M, O, T>;
  readonly #observer: ((event: SimulationEvent<I, M, O>) => void) | undefined;
  readonly #slots: readonly NodeSlot<I, M, O, T>[];
  readonly #agenda: Agenda<Delivery<M> | Expiry<T> | Action>;
  readonly #network: Network;
  readonly #checkers: readonly Checker<I, M, O>[];
  readonly #holds: { readonly condition: (message: InFlight<M>) => boolean; readonly messages: InFlight<M>[] }[] = [];
  /** The life of each link, by from · n + to. */
  readonly #links: number[];
  /** Messages sent so far on each link. */
  readonly #sent: number[];
  readonly #schedule: Schedule<Delivery<M> | Expiry<T>> | undefined;
  #codec: Codec<M> | undefined;
  #armings = 0;
  /** Messages that may still be handed over before the run is taken for one without end. */
  #patience: number;

  /** Throws Q5011 on more faulty nodes than the group tolerates, Q5010 on a network that is none. */
  constructor(options: SimulationOptions<I, M, O, T>) {
    const { group, seed, network = {}, faulty = [], puppets = [], checkers = [] } = options;
    this.group = group;
    this.seed = seed;
    this.#patience = options.maxMessages ?? 10_000_000;
    this.#options = options;
    this.#observer = options.observer;
    const liars = new Set([...faulty, ...puppets]);
    if (liars.size > group.f && options.unsafe !== true) {
      throw new QuorateError(
        'Q5011',
        `${liars.size} faulty nodes are more than f = ${group.f}`,
        'pass unsafe: true to watch it fail',
      );
    }
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
  protocol(node: NodeId): AnyProtocol<I, M, O, T> | undefined {
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
        for (const { from, to, message } of end()) this.#dispatch(from, to, message);
      },
      drop: () => void end(),
    };
  }

  /** Runs `action` at a tick, between two events. */
  at(tick: number, action: () => void): void {
    this.#agenda.plan(Math.max(tick, this.now), { kind: 'action', run: action });
  }

  /** The node stops; what is on its way to and from it is lost. */
  crash(node: NodeId): void {
    const slot = this.#slot(node);
    slot.protocol = undefined;
    slot.timers.clear();
    slot.waiting.length = 0;
    for (const peer of nodeIds(this.group)) {
      this.#cutLink(node, peer);
      this.#cutLink(peer, node);
    }
    this.#observer?.({ kind: 'crash', tick: this.now, node });
  }

  /** The node starts anew, without its memory, and its links open again. */
  restart(node: NodeId): void {
    const slot = this.#slot(node);
    if (slot.protocol !== undefined) this.crash(node);
    slot.incarnation++;
    slot.protocol = this.#make(slot);
    this.#observer?.({ kind: 'restart', tick: this.now, node });
    for (const peer of nodeIds(this.group)) {
      if (peer === node) continue;
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

  /** Runs until nothing is left to happen, `until` (a tick) has come, or a violation was seen. Throws Q5013 (no rest). */
  run({ until = Infinity }: { readonly until?: number } = {}): void {
    while (
      (this.#schedule !== undefined || (this.#agenda.next ?? Infinity) <= until) &&
      this.violations.length === 0 &&
      this.step()
    );
    if (until !== Infinity) this.#agenda.skipTo(until);
  }

  /** Asks the checkers what should have happened and did not; answers all violations of the run. */
  end(): readonly Violation[] {
    for (const checker of this.#checkers) this.violations.push(...(checker.end?.() ?? []));
    return this.violations;
  }

  #deliver({ from, to, message, link, ordinal }: Delivery<M>): void {
    if (link !== this.#links[from * this.group.n + to]) return;
    this.#options.record?.({ kind: 'delivery', from, to, ordinal });
    for (const hold of this.#holds) {
      if (hold.condition({ from, to, message })) {
        hold.messages.push({ from, to, message });
        return;
      }
    }
    const slot = this.#slot(to);
    this.#receive(slot, from, message);
    this.#settle(slot);
  }

  #receive(slot: NodeSlot<I, M, O, T>, from: NodeId, message: M): void {
    const { protocol } = slot;
    if (protocol === undefined) return;
    this.deliveries++;
    if (this.#patience-- <= 0)
      throw new QuorateError(
        'Q5013',
        'the run finds no rest',
        'raise maxMessages, or look for a protocol that answers itself',
      );
    if (slot.correct) {
      for (const checker of this.#checkers) this.#note(checker.received?.(slot.id, from, message));
    }
    this.#observer?.({ kind: 'receive', tick: this.now, node: slot.id, from, message });
    this.#apply(slot, protocol.receive(from, message));
  }

  /** What the node said to itself, and what waited to be put in: everything that can be done at once. */
  #settle(slot: NodeSlot<I, M, O, T>): void {
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

  #input(slot: NodeSlot<I, M, O, T>, value: I): void {
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

  #apply(slot: NodeSlot<I, M, O, T>, step: Step<M, O, T>): void {
    for (const effect of step) this.#effect(slot, effect);
  }

  #effect(slot: NodeSlot<I, M, O, T>, effect: Effect<M, O, T>): void {
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
        throw new QuorateError('Q3008', 'the protocol persisted a record, and this host has no storage');
    }
  }

  #arm(slot: NodeSlot<I, M, O, T>, timer: T, ticks: number): void {
    const key = timerKey(timer);
    const arming = ++this.#armings;
    slot.timers.set(key, arming);
    const expiry = { kind: 'expiry', node: slot.id, timer, key, arming } as const;
    if (this.#schedule === undefined) this.#agenda.plan(this.now + ticks, expiry);
    else this.#schedule.offer({ kind: 'expiry', node: slot.id, timer: key }, expiry);
  }

  #post(from: NodeId, to: NodeId | 'all', message: M): void {
    if (to !== 'all') {
      this.#dispatch(from, to, message);
      return;
    }
    for (let node = 0; node < this.group.n; node++) this.#dispatch(from, node as NodeId, message);
  }

  #dispatch(from: NodeId, to: NodeId, message: M): void {
    if (from === to) {
      const slot = this.#slot(to);
      if (slot.protocol !== undefined) slot.local.push(message);
      return;
    }
    this.#planDelivery(from, to, message);
    if (this.#network.duplicates()) this.#planDelivery(from, to, message);
  }

  #planDelivery(from: NodeId, to: NodeId, message: M): void {
    const at = from * this.group.n + to;
    const ordinal = this.#sent[at] ?? 0;
    this.#sent[at] = ordinal + 1;
    const delivery = { kind: 'delivery', from, to, message, ordinal, link: this.#links[at] ?? 0 } as const;
    if (this.#schedule !== undefined) {
      this.#schedule.offer({ kind: 'delivery', from, to, ordinal }, delivery);
      return;
    }
    const tick = this.#network.arrival(from, to, this.now);
    if (tick !== undefined) this.#agenda.plan(tick, delivery);
  }

  #reopen(slot: NodeSlot<I, M, O, T>, peer: NodeId): void {
    const { protocol } = slot;
    if (protocol?.reopened === undefined) return;
    this.#apply(slot, protocol.reopened(peer, this.#slot(peer).incarnation));
    this.#settle(slot);
  }

  #cutLink(from: NodeId, to: NodeId): void {
    const link = from * this.group.n + to;
    this.#links[link] = (this.#links[link] ?? 0) + 1;
  }

  #make(slot: NodeSlot<I, M, O, T>): AnyProtocol<I, M, O, T> {
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
    if (violation !== undefined) this.violations.push(violation);
  }

  #slot(node: NodeId): NodeSlot<I, M, O, T> {
    const slot = this.#slots[node];
    if (slot === undefined) throw new QuorateError('Q1002', `there is no node ${node} in a group of ${this.group.n}`);
    return slot;
  }
}

const none: readonly never[] = [];
