/** What is going to happen in a run: by virtual time, or exactly as a list says. */
import type { NodeId } from '@quorate/transport';
import { Agenda } from './agenda.js';
import type { InFlight } from './hold.js';
import type { Random } from './random.js';
import { Schedule, type ScheduledEvent } from './schedule.js';

/** A frame arrives. */
export interface Delivery<M> extends InFlight<M> {
  readonly kind: 'delivery';
  /** Which frame of its link this is, from 0. */
  readonly ordinal: number;
  /** The link's life: a frame of an earlier one never arrives. */
  readonly life: number;
  /** Was held and let go: no hold catches it. */
  readonly free: boolean;
}

/** A timer runs out. */
export interface Expiry<T> {
  readonly kind: 'expiry';
  readonly node: NodeId;
  /** The timer's name as a string, and as the protocol gave it. */
  readonly timer: string;
  readonly name: T;
  readonly arming: number;
}

/** What a node wrote is on its disk. */
export interface Write {
  readonly kind: 'write';
  readonly node: NodeId;
  readonly ordinal: number;
  /** The life of the node that wrote. */
  readonly life: number;
}

/** Somebody outside does something. */
export interface Action {
  readonly kind: 'action';
  readonly ordinal: number;
  readonly run: () => void;
}

export type Planned<M, T> = Delivery<M> | Expiry<T> | Write | Action;

export class Timeline<M, T> {
  readonly #agenda: Agenda<Planned<M, T>>;
  readonly #schedule: Schedule<Planned<M, T>> | undefined;

  constructor(random: Random, schedule: readonly ScheduledEvent[] | undefined) {
    this.#agenda = new Agenda(random);
    this.#schedule = schedule && new Schedule(schedule);
  }

  /** Whether a list says what happens, whatever the network would do. */
  get scheduled(): boolean {
    return this.#schedule !== undefined;
  }

  /** Virtual time, in ticks. With a schedule it stands still. */
  get now(): number {
    return this.#agenda.now;
  }

  /** Whether nothing is planned. */
  get empty(): boolean {
    return this.#agenda.size === 0;
  }

  /** Whether something may happen until that tick. */
  due(until: number): boolean {
    return this.#schedule !== undefined || (this.#agenda.next ?? Infinity) <= until;
  }

  plan(tick: number, event: Planned<M, T>): void {
    if (this.#schedule === undefined) this.#agenda.plan(tick, event);
    else this.#schedule.offer(event);
  }

  take(): Planned<M, T> | undefined {
    return this.#schedule === undefined ? this.#agenda.take() : this.#schedule.take();
  }

  skipTo(tick: number): void {
    this.#agenda.skipTo(tick);
  }

  /** Plans everything anew, in its order: `tickOf` says for which tick. */
  rearrange(tickOf: (event: Planned<M, T>, tick: number) => number): void {
    this.#agenda.rearrange(tickOf);
  }
}
