import { abortReason } from './abort.js';

/** What an iteration reads from. */
export interface OutputSource<Output> {
  /** The next value, the end, or `undefined` when there is nothing to read yet. May throw: then nothing will follow. */
  take(): IteratorResult<Output, undefined> | undefined;
  /** The iteration is over. */
  detach(iteration: OutputIteration<Output>): void;
}

interface Waiting<Output> {
  readonly resolve: (result: IteratorResult<Output, undefined>) => void;
  readonly reject: (reason: unknown) => void;
}

/** One reader of a node's outputs. What it has not taken when it ends is kept for the next. */
export class OutputIteration<Output> implements AsyncIterableIterator<Output, undefined> {
  readonly #source: OutputSource<Output>;
  readonly #signal: AbortSignal | undefined;
  /** Calls of `next` that found nothing, in order. Our own caller makes them. */
  #waiting: Waiting<Output>[] = [];
  #done = false;

  constructor(source: OutputSource<Output>, signal: AbortSignal | undefined) {
    this.#source = source;
    this.#signal = signal;
    signal?.addEventListener('abort', this.#abort, { once: true });
    if (signal?.aborted === true) this.#abort();
  }

  get done(): boolean {
    return this.#done;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<Output, undefined>> {
    if (this.#signal?.aborted === true) return Promise.reject(abortReason(this.#signal));
    if (this.#done) return Promise.resolve({ done: true, value: undefined });
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.wake();
    });
  }

  return(): Promise<IteratorResult<Output, undefined>> {
    this.#finish();
    for (const { resolve } of this.#waiting.splice(0)) resolve({ done: true, value: undefined });
    return Promise.resolve({ done: true, value: undefined });
  }

  /** There may be something to read. */
  wake(): void {
    try {
      this.#serve();
    } catch (error) {
      this.#finish();
      for (const { reject } of this.#waiting.splice(0)) reject(error);
    }
  }

  #serve(): void {
    let next = this.#waiting[0];
    while (next !== undefined) {
      const result = this.#source.take();
      if (result === undefined) return;
      this.#waiting.shift();
      if (result.done === true) this.#finish();
      next.resolve(result);
      next = this.#waiting[0];
    }
  }

  #finish(): void {
    if (this.#done) return;
    this.#done = true;
    this.#signal?.removeEventListener('abort', this.#abort);
    this.#source.detach(this);
  }

  readonly #abort = (): void => {
    this.#finish();
    const reason = this.#signal === undefined ? undefined : abortReason(this.#signal);
    for (const { reject } of this.#waiting.splice(0)) reject(reason);
  };
}
