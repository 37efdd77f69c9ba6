/** What a node's thread does: it opens the node, and then follows orders. */
import type { MessagePort } from 'node:worker_threads';
import { QuorateError } from '@quorate/serialization';
import { threadFailure, type Answer, type Order } from './control.js';

/** A node at work, whatever its work is. */
export interface ThreadWork<Report> {
  /** Opens the node. */
  open(): Promise<void>;
  carryOut(order: Exclude<Order, 'report'>): void;
  report(): Report;
  /** Resolves when the node has stopped; with an error if it stopped itself. */
  failure(): Promise<Error | undefined>;
}

/** Runs until the main thread ends it. */
export async function followOrders<Report>(work: ThreadWork<Report>, control: MessagePort): Promise<void> {
  const answer = (message: Answer<Report>): void => control.postMessage(message);
  try {
    await work.open();
  } catch (error) {
    // What is no error of ours ends the thread, and shows where it was thrown.
    if (!(error instanceof QuorateError)) throw error;
    return answer({ kind: 'failed', failure: threadFailure(error) });
  }
  control.on('message', (order: Order) => {
    if (order === 'report') return answer({ kind: 'report', report: work.report() });
    work.carryOut(order);
    return answer({ kind: 'done' });
  });
  answer({ kind: 'ready' });
  const error = await work.failure();
  if (error !== undefined) answer({ kind: 'failed', failure: threadFailure(error) });
}
