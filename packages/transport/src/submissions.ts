import { abortReason } from './abort.js';

interface Submission<Input> {
  readonly value: Input;
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
  readonly signal: AbortSignal | undefined;
  readonly abort: () => void;
}

/** Values that wait until the node can take them, first in, first out. Our own callers decide how many. */
export class Submissions<Input> {
  readonly #waiting = new Set<Submission<Input>>();

  get size(): number {
    return this.#waiting.size;
  }

  /** Waits; rejects with the signal's reason when that is aborted first. */
  wait(value: Input, signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const abort = (): void => {
        this.#waiting.delete(submission);
        reject(signal === undefined ? undefined : abortReason(signal));
      };
      const submission: Submission<Input> = { value, resolve, reject, signal, abort };
      this.#waiting.add(submission);
      signal?.addEventListener('abort', abort, { once: true });
    });
  }

  /** Lets `accept` take the one that waits longest. What it throws is that one's rejection. */
  admit(accept: (value: Input) => void): void {
    for (const submission of this.#waiting) {
      this.#remove(submission);
      try {
        accept(submission.value);
        submission.resolve();
      } catch (error) {
        submission.reject(error);
      }
      return;
    }
  }

  rejectAll(reason: unknown): void {
    for (const submission of this.#waiting) {
      this.#remove(submission);
      submission.reject(reason);
    }
  }

  #remove(submission: Submission<Input>): void {
    this.#waiting.delete(submission);
    submission.signal?.removeEventListener('abort', submission.abort);
  }
}
