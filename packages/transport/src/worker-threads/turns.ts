import { setImmediate as defer } from 'node:timers';
import type { MessagePort } from 'node:worker_threads';
import { activityWord, awake, deaf, parked, wakeWord } from './layout.js';
import { Linger } from './linger.js';

/** After a turn with so many records there is one more before the thread sleeps. */
const manyRecords = 64;

/** What a thread does in its turns. */
export interface Work {
  turn(): void;
  /** Whether a turn would do something. */
  readonly pending: boolean;
  /** Whether it reads: if not, it sleeps on while frames come in. */
  readonly reading: boolean;
}

/**
 * When a thread takes turns, and when it sleeps. Turns are immediates of the event loop, so that timers and sockets have
 * theirs in between. Each thread has one word in shared memory that says whether it sleeps: it says so first and then looks at
 * its work again, while others publish first and then look at the word; so one of both sees the other, and a doorbell (a message
 * to a port, which costs much more) is rung at most once for each sleep.
 */
export class Turns {
  readonly #states: Int32Array;
  readonly #self: number;
  readonly #nodes: number;
  readonly #processors: number;
  readonly #work: Work;
  readonly #linger: Linger = new Linger();
  #scheduled = false;
  #stopped = false;

  constructor(
    states: Int32Array,
    thread: { readonly self: number; readonly nodes: number; readonly processors: number },
    work: Work,
  ) {
    this.#states = states;
    this.#self = thread.self;
    this.#nodes = thread.nodes;
    this.#processors = thread.processors;
    this.#work = work;
  }

  /** There is something to do: sees to it that a turn comes. */
  soon(): void {
    if (this.#scheduled || this.#stopped) return;
    this.#wakeUp();
    this.#scheduled = true;
    defer(this.#turn);
  }

  /** Somebody rang one of our doorbells. */
  readonly ring = (): void => {
    if (!this.#scheduled) this.#turn();
  };

  /** After a turn that took so many records: takes another one, or sleeps. */
  rest(records: number): void {
    if (this.#scheduled || this.#stopped) return;
    if (records >= manyRecords || this.#lingers(records > 0)) {
      this.soon();
      return;
    }
    Atomics.store(this.#states, wakeWord(this.#self), this.#work.reading ? parked : deaf);
    // Whoever published before it could see that we sleep does not wake us.
    if (this.#work.pending && this.#wakeUp()) this.soon();
  }

  /** Wakes a peer if it sleeps; with `reading`, only if it sleeps as a reader. What it is woken for is published already. */
  wake(peer: number, doorbell: MessagePort, reading: boolean): void {
    const word = wakeWord(peer);
    const state = Atomics.load(this.#states, word);
    if (state === awake || (reading && state === deaf)) return;
    if (Atomics.compareExchange(this.#states, word, state, awake) === state) doorbell.postMessage(0);
  }

  /** Something was published or read. */
  noteActivity(): void {
    Atomics.add(this.#states, activityWord(this.#self), 1);
  }

  stop(): void {
    this.#stopped = true;
  }

  readonly #turn = (): void => {
    this.#scheduled = false;
    if (!this.#stopped) this.#work.turn();
  };

  /** False when somebody else was faster, and the doorbell is on its way. */
  #wakeUp(): boolean {
    return Atomics.exchange(this.#states, wakeWord(this.#self), awake) !== awake;
  }

  /** Whether to look again before sleeping: while every thread that runs can have a processor to itself. */
  #lingers(told: boolean): boolean {
    let running = 0;
    for (let node = 0; node < this.#nodes && running <= this.#processors; node++) {
      if (Atomics.load(this.#states, wakeWord(node)) === awake) running++;
    }
    return running <= this.#processors && this.#linger.again(told, performance.now());
  }
}
