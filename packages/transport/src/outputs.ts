import { QuorateError } from '@quorate/serialization';
import { OutputIteration } from './output-iteration.js';

/** A function that is told the outputs of a turn. The array is the listener's to keep. */
export type OutputListener<Output> = (values: readonly Output[]) => void;

/** Fewer taken values than these are not worth moving the others. */
const compactAt = 4096;

/**
 * The outputs of a node on their way to whoever reads them: listeners are told at the end of each turn, an iteration reads
 * a buffer at its own pace. While nobody listens, the buffer keeps everything for whoever comes first.
 */
export class Outputs<Output> {
  readonly #bound: number;
  readonly #onRoom: () => void;
  readonly #listeners = new Set<OutputListener<Output>>();
  #turn: Output[] = [];
  #buffer: Output[] = [];
  #taken = 0;
  #iteration: OutputIteration<Output> | undefined;
  #ended = false;
  #failure: Error | undefined;

  /** Holds about `bound` values; `onRoom` is called when a reader has made room again. */
  constructor(bound: number, onRoom: () => void) {
    this.#bound = bound;
    this.#onRoom = onRoom;
  }

  /** Whether values wait for the end of the turn. */
  get pending(): boolean {
    return this.#turn.length > 0;
  }

  /** Whether the buffer holds all that it may. */
  get full(): boolean {
    if (this.#listeners.size > 0 && this.#iteration === undefined) return false;
    return this.#buffered + this.#turn.length >= this.#bound;
  }

  push(value: Output): void {
    this.#turn.push(value);
  }

  /** Tells the values of the turn. A listener that throws is the caller's to handle. */
  endTurn(): void {
    if (this.#turn.length === 0) return;
    const values = this.#turn;
    this.#turn = [];
    if (this.#iteration !== undefined || this.#listeners.size === 0) this.#keep(values);
    for (const listener of this.#listeners) listener(values);
  }

  /** Adds a listener; the answer removes it. The first one is told what was kept. */
  listen(listener: OutputListener<Output>): () => void {
    // Each call counts by itself, also with the same function.
    const own: OutputListener<Output> = (values) => listener(values);
    const first = this.#listeners.size === 0 && this.#iteration === undefined;
    this.#listeners.add(own);
    if (first && this.#buffered > 0) {
      this.#turn = [...this.#buffer.slice(this.#taken), ...this.#turn];
      this.#buffer = [];
      this.#taken = 0;
      this.#onRoom();
    }
    return () => void this.#listeners.delete(own);
  }

  /** Throws Q3011 while another iteration runs. */
  iterate(signal: AbortSignal | undefined): AsyncIterableIterator<Output> {
    if (this.#iteration !== undefined) throw new QuorateError('Q3011', 'the outputs are being read already');
    const iteration = new OutputIteration<Output>(this, signal);
    // An aborted signal detaches at once.
    if (!iteration.done) this.#iteration = iteration;
    return iteration;
  }

  detach(iteration: OutputIteration<Output>): void {
    if (this.#iteration !== iteration) return;
    this.#iteration = undefined;
    // With listeners nobody needs the buffer any more.
    if (this.#listeners.size > 0) this.#buffer.length = this.#taken = 0;
    if (!this.full) this.#onRoom();
  }

  /** The next buffered value, the end, or `undefined` when there is nothing to read yet. */
  take(): IteratorResult<Output, undefined> | undefined {
    if (this.#buffered === 0) {
      if (this.#failure !== undefined) throw this.#failure;
      return this.#ended ? { done: true, value: undefined } : undefined;
    }
    // The index is within the array: there is a buffered value.
    const value = this.#buffer[this.#taken] as Output;
    this.#taken++;
    if (this.#taken === this.#buffer.length) this.#buffer.length = this.#taken = 0;
    else if (this.#taken >= compactAt && this.#taken * 2 >= this.#buffer.length) this.#compact();
    if (this.#buffered * 2 <= this.#bound) this.#onRoom();
    return { done: false, value };
  }

  /** No more values; a reader who has read the last one learns why. */
  end(failure: Error | undefined): void {
    this.#ended = true;
    this.#failure = failure;
    this.#iteration?.wake();
  }

  get #buffered(): number {
    return this.#buffer.length - this.#taken;
  }

  #compact(): void {
    this.#buffer = this.#buffer.slice(this.#taken);
    this.#taken = 0;
  }

  #keep(values: readonly Output[]): void {
    for (const value of values) this.#buffer.push(value);
    this.#iteration?.wake();
  }
}
