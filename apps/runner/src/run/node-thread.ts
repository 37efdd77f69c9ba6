/** What a node's thread does: it opens the node, and then follows orders. */
import type { MessagePort } from 'node:worker_threads';
import type { Transport } from '@quorate/transport';
import type { Answer, Order } from './control.js';
import { openerFor } from './open-node.js';
import { Participant } from './participant.js';
import type { RunPlan } from './plan.js';
import { ProgressRow } from './progress.js';

/** What every thread of a run is given. */
export interface ThreadData {
  readonly plan: RunPlan;
  readonly progress: SharedArrayBuffer;
}

/** Runs until the main thread ends it. */
export async function takePart(
  transport: Transport,
  { plan, progress }: ThreadData,
  control: MessagePort,
): Promise<void> {
  const answer = (message: Answer): void => control.postMessage(message);
  const participant = new Participant(plan, transport, new ProgressRow(progress, transport.self));
  const { open, started } = openerFor(plan, transport);
  await participant.open(open);
  control.on('message', ({ kind }: Order) => {
    if (kind === 'report') return answer({ kind: 'report', report: participant.report() });
    participant.start();
    started();
    return answer({ kind: 'started' });
  });
  answer({ kind: 'ready' });
  const error = await participant.failure();
  if (error !== undefined) answer({ kind: 'failed', error });
}
