import { MessageChannel, receiveMessageOnPort, Worker, type MessagePort } from 'node:worker_threads';
import { QuorateError } from '@quorate/serialization';
import type { NodeId } from '../node-id.js';
import { workerDataKey, type FromStarter, type FromWorker, type Invitation } from './control.js';
import type { GroupOptions, SpawnOptions } from './worker-group.js';

/** What one life is started with, beside the ports. */
export interface LifeOptions {
  readonly spawn: GroupOptions['spawn'];
  /** In milliseconds. */
  readonly joinTimeout: number;
  readonly invitation: Omit<Invitation, 'control'>;
}

/** Who is told what becomes of a life. */
export interface LifeListener {
  joined(life: Life): void;
  /** The node closed its transport in good order. */
  left(life: Life): void;
  /** The worker is gone. `failure` says why, unless the node had left before. */
  ended(life: Life, failure: string | undefined): void;
}

/** One life of one node: a worker thread from its start to its exit. */
export class Life {
  readonly node: NodeId;
  readonly incarnation: number;
  readonly worker: Worker;
  /** Resolves when the worker has joined; rejects with Q3032 or Q3033. */
  readonly whenJoined: Promise<void>;
  readonly #control: MessagePort;
  readonly #listener: LifeListener;
  readonly #joinTimeout: number;
  readonly #timer: NodeJS.Timeout;
  #settle: { readonly resolve: () => void; readonly reject: (error: QuorateError) => void };
  #state: 'starting' | 'joined' | 'left' | 'ended' = 'starting';
  #error: unknown;

  /** Throws Q3035 when `spawn` does not start a worker. */
  constructor({ spawn, joinTimeout, invitation }: LifeOptions, listener: LifeListener) {
    this.node = invitation.self;
    this.incarnation = invitation.incarnation;
    const { port1, port2 } = new MessageChannel();
    this.#control = port1;
    this.#listener = listener;
    this.#joinTimeout = joinTimeout;
    this.worker = callSpawn(spawn, this.node, this.incarnation, {
      workerData: { [workerDataKey]: { ...invitation, control: port2 } satisfies Invitation },
      transferList: [port2, ...invitation.links.map(({ doorbell }) => doorbell)],
      name: `node ${this.node}`,
    });
    const settle: { resolve: () => void; reject: (error: QuorateError) => void } = {
      resolve: () => undefined,
      reject: () => undefined,
    };
    this.whenJoined = new Promise((resolve, reject) => {
      settle.resolve = resolve;
      settle.reject = reject;
    });
    this.#settle = settle;
    // Not everybody waits for it; whoever does is told all the same.
    this.whenJoined.catch(() => undefined);
    this.#timer = setTimeout(() => this.#late(), joinTimeout);
    this.#watch();
  }

  get state(): 'starting' | 'joined' | 'left' | 'ended' {
    return this.#state;
  }

  /** What was thrown and not caught in the worker, if anything was. */
  get error(): unknown {
    return this.#error;
  }

  tell(message: FromStarter): void {
    this.#control.postMessage(message, message.kind === 'meet' ? [message.offer.doorbell] : []);
  }

  /** Stops the thread, whatever it does. */
  async terminate(): Promise<void> {
    clearTimeout(this.#timer);
    await this.worker.terminate();
    this.#control.close();
  }

  #watch(): void {
    this.#control.on('message', (message: FromWorker) => this.#heard(message));
    // The worker itself keeps the program alive, if it shall.
    this.#control.unref();
    this.#timer.unref();
    this.worker.on('error', (error) => {
      this.#error ??= error;
    });
    this.worker.on('exit', (code) => this.#exited(code));
  }

  #heard({ kind }: FromWorker): void {
    if (this.#state === 'ended') return;
    this.#state = kind;
    if (kind === 'left') {
      this.#listener.left(this);
      return;
    }
    clearTimeout(this.#timer);
    this.#settle.resolve();
    this.#listener.joined(this);
  }

  #late(): void {
    const error = new QuorateError(
      'Q3033',
      `node ${this.node} did not join within ${this.#joinTimeout} ms`,
      'call joinGroup first thing in the worker file',
    );
    this.#error ??= error;
    this.#settle.reject(error);
    void this.worker.terminate();
  }

  #exited(code: number): void {
    clearTimeout(this.#timer);
    // What the worker said last may come later than its exit.
    let last = receiveMessageOnPort(this.#control);
    for (; last !== undefined; last = receiveMessageOnPort(this.#control)) this.#heard(last.message as FromWorker);
    this.#control.close();
    const left = this.#state === 'left';
    this.#state = 'ended';
    const reason = this.#error === undefined ? `exited with code ${code} without leaving` : messageOf(this.#error);
    this.#settle.reject(
      new QuorateError('Q3032', `node ${this.node} crashed before it joined: ${reason}`, '', { cause: this.#error }),
    );
    this.#listener.ended(this, left ? undefined : reason);
  }
}

function callSpawn(spawn: GroupOptions['spawn'], node: NodeId, incarnation: number, options: SpawnOptions): Worker {
  let worker: unknown;
  try {
    worker = spawn(options, node, incarnation);
  } catch (cause) {
    throw new QuorateError('Q3035', `spawn threw for node ${node}: ${messageOf(cause)}`, '', { cause });
  }
  if (worker instanceof Worker) return worker;
  throw new QuorateError('Q3035', `spawn answered no worker for node ${node}`, 'answer new Worker(file, options)');
}

/** What an error says, or whatever was thrown instead of one. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
