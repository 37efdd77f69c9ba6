import type { MessagePort } from 'node:worker_threads';
import { QuorateError } from '@quorate/serialization';
import type { Answer, Order, ThreadFailure } from './control.js';

/** A node's thread as the main thread knows it. A thread that is gone answers nothing, and nobody waits for it. */
export class NodeThread<Report> {
  readonly node: number;
  /** Resolves with the reason when the thread ended or its node stopped itself. Never rejects. */
  readonly gone: Promise<Error>;
  readonly #port: MessagePort;
  /** Who waits for an answer, first come, first served. */
  readonly #waiting: ((answer: Answer<Report> | undefined) => void)[] = [];
  /** Answers that nobody has asked for yet: at most the first one. */
  readonly #early: Answer<Report>[] = [];
  #tellGone: (reason: Error) => void = () => undefined;
  #alive = true;

  constructor(node: number, port: MessagePort) {
    this.node = node;
    this.#port = port;
    this.gone = new Promise((resolve) => {
      this.#tellGone = resolve;
    });
    port.on('message', (answer: Answer<Report>) => this.#hear(answer));
  }

  /** Resolves when the thread is ready for orders, or is gone. */
  async ready(): Promise<void> {
    await this.#next();
  }

  /** Gives an order; resolves when it was carried out, or the thread is gone. */
  async order(order: Exclude<Order, 'report'>): Promise<void> {
    await this.#ask(order);
  }

  /** What came of it until now; nothing when the thread is gone. */
  async report(): Promise<Report | undefined> {
    const answer = await this.#ask('report');
    return answer?.kind === 'report' ? answer.report : undefined;
  }

  /** The thread has ended. */
  end(reason: Error): void {
    this.#alive = false;
    this.#tellGone(reason);
    for (const resolve of this.#waiting.splice(0)) resolve(undefined);
  }

  close(): void {
    this.#port.close();
  }

  #ask(order: Order): Promise<Answer<Report> | undefined> {
    if (this.#alive) this.#port.postMessage(order);
    return this.#next();
  }

  #hear(answer: Answer<Report>): void {
    if (answer.kind === 'failed') return this.end(errorOf(answer.failure));
    const resolve = this.#waiting.shift();
    if (resolve === undefined) this.#early.push(answer);
    else resolve(answer);
  }

  #next(): Promise<Answer<Report> | undefined> {
    if (!this.#alive) return Promise.resolve(undefined);
    if (this.#early.length > 0) return Promise.resolve(this.#early.shift());
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
    });
  }
}

const errorOf = ({ error, known }: ThreadFailure): Error =>
  known === undefined ? error : new QuorateError(known.code, error.message, known.hint, { cause: error });
