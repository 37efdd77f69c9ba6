import type { MessagePort } from 'node:worker_threads';
import type { Answer, Order } from './control.js';
import type { NodeReport } from './node-report.js';

/** A node's thread as the main thread knows it. A thread that is gone answers nothing, and nobody waits for it. */
export class NodeThread {
  readonly node: number;
  /** Resolves with the reason when the thread ended or its node stopped itself. Never rejects. */
  readonly gone: Promise<Error>;
  readonly #port: MessagePort;
  readonly #answers = new Map<Answer['kind'], (answer: Answer | undefined) => void>();
  readonly #early: Answer[] = [];
  #tellGone: (reason: Error) => void = () => undefined;
  #alive = true;

  constructor(node: number, port: MessagePort) {
    this.node = node;
    this.#port = port;
    this.gone = new Promise((resolve) => {
      this.#tellGone = resolve;
    });
    port.on('message', (answer: Answer) => this.#hear(answer));
  }

  /** Resolves when the thread is ready to begin, or is gone. */
  async ready(): Promise<void> {
    await this.#next('ready');
  }

  /** Lets the thread begin; resolves when it has, or is gone. */
  async start(): Promise<void> {
    this.#order({ kind: 'start' });
    await this.#next('started');
  }

  /** The node's account until now; nothing when it is gone. */
  async report(): Promise<NodeReport | undefined> {
    this.#order({ kind: 'report' });
    const answer = await this.#next('report');
    return answer?.kind === 'report' ? answer.report : undefined;
  }

  /** The thread has ended. */
  end(reason: Error): void {
    this.#alive = false;
    this.#tellGone(reason);
    for (const resolve of this.#answers.values()) resolve(undefined);
    this.#answers.clear();
  }

  close(): void {
    this.#port.close();
  }

  #order(order: Order): void {
    if (this.#alive) this.#port.postMessage(order);
  }

  #hear(answer: Answer): void {
    if (answer.kind === 'failed') return this.end(answer.error);
    const resolve = this.#answers.get(answer.kind);
    this.#answers.delete(answer.kind);
    if (resolve === undefined) this.#early.push(answer);
    else resolve(answer);
  }

  #next(kind: Answer['kind']): Promise<Answer | undefined> {
    const at = this.#early.findIndex((answer) => answer.kind === kind);
    if (at >= 0) return Promise.resolve(this.#early.splice(at, 1)[0]);
    if (!this.#alive) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      this.#answers.set(kind, resolve);
    });
  }
}
