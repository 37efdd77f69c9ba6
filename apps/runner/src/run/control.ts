/** What the main thread and a node's thread say to each other, on a port of their own beside the group's links. */
import { workerData, type MessagePort } from 'node:worker_threads';
import { QuorateError } from '@quorate/serialization';

/** To the node: begin, begin to measure, put in no more, put in as much as the others, tell what came of it. */
export type Order = 'start' | 'measure' | 'stop' | 'level' | 'report';

/** From the node. `done` answers every order but `report`. */
export type Answer<Report> =
  | { readonly kind: 'ready' }
  | { readonly kind: 'done' }
  | { readonly kind: 'report'; readonly report: Report }
  | { readonly kind: 'failed'; readonly failure: ThreadFailure };

/** Why a node stopped itself. Of an error, what a port carries is no more than its message and its trace. */
export interface ThreadFailure {
  readonly error: Error;
  /** Of an error of ours. */
  readonly known?: { readonly code: string; readonly hint: string };
}

export const threadFailure = (error: Error): ThreadFailure =>
  error instanceof QuorateError ? { error, known: { code: error.code, hint: error.hint } } : { error };

/** Where the port stands in `workerData`, beside the group's own part. */
export const controlKey = 'quorate.runner';

/** In the worker: the port to the main thread. */
export function controlPort(): MessagePort {
  const data: unknown = workerData;
  const port = typeof data === 'object' && data !== null ? (data as Record<string, unknown>)[controlKey] : undefined;
  if (port === undefined)
    throw new QuorateError('Q9000', 'the worker file was started by something else than the command');
  return port as MessagePort;
}
