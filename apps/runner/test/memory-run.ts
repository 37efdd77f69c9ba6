import { createMemoryGroup, nodeIds } from '@quorate/transport';
import { setImmediate as later } from 'node:timers';
import { Participant } from '../src/run/participant.js';
import { correctNodes, countOf, type RunPlan } from '../src/run/plan.js';
import { progressBuffer, ProgressRow } from '../src/run/progress.js';
import type { NodeReport } from '../src/run/node-report.js';
import { judge, promisesOf, type Judgement } from '../src/verdict.js';

/** What came of a run in memory. */
export interface MemoryRun {
  readonly judgement: Judgement;
  /** Of the correct nodes. */
  readonly reports: readonly NodeReport[];
}

/** The same nodes as on worker threads, in one thread: many runs in the time that one takes there. */
export async function runInMemory(plan: RunPlan): Promise<MemoryRun> {
  const memory = createMemoryGroup({ group: plan.group, schedule: (run) => void later(run) });
  const progress = progressBuffer(plan.group.n);
  const nodes = nodeIds(plan.group).map((node) => {
    return new Participant(plan, memory.transport(node), new ProgressRow(progress, node));
  });
  for (const node of nodes) await node.open();
  for (const node of nodes) node.carryOut('start');
  await memory.quiet();
  const correct = correctNodes(plan);
  const reports = nodes.map((node) => node.report()).filter(({ node }) => correct.includes(node));
  await memory.close();
  const judgement = judge({
    promises: promisesOf[plan.protocol],
    ofCorrectSendersOnly: plan.protocol === 'basic',
    ending: 'quiet',
    count: countOf(plan.work),
    senders: plan.senders,
    reports,
  });
  return { judgement, reports };
}
