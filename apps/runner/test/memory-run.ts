import { createMemoryGroup, nodeIds } from '@quorate/transport';
import { setImmediate as later } from 'node:timers';
import type { Judgement } from '../src/judgement.js';
import type { Composition, OutputSummary } from '../src/protocols/protocol.js';
import { protocolNamed } from '../src/protocols/registry.js';
import { Participant } from '../src/run/participant.js';
import { correctNodes, type RunPlan } from '../src/run/plan.js';
import { Pace } from '../src/run/pace.js';
import { progressBuffer } from '../src/run/progress.js';
import type { NodeReport } from '../src/run/node-report.js';
import { Values } from '../src/run/values.js';

/** What came of a run in memory. */
export interface MemoryRun {
  readonly judgement: Judgement;
  /** Of the correct nodes. */
  readonly reports: readonly NodeReport[];
}

/** The same nodes as on worker threads, in one thread: many runs in the time that one takes there. */
export async function runInMemory(plan: RunPlan): Promise<MemoryRun> {
  const entry = await protocolNamed(plan.protocol);
  return entry.compose(plan, (parts) => ran(parts, plan));
}

async function ran<I, M, O, T, S extends OutputSummary>(
  parts: Composition<I, M, O, T, S>,
  plan: RunPlan,
): Promise<MemoryRun> {
  const { group, senders } = plan;
  const memory = createMemoryGroup({ group, schedule: (run) => void later(run) });
  const progress = progressBuffer(group.n);
  const nodes = nodeIds(group).map((node) => {
    return new Participant(parts, plan, memory.transport(node), progress);
  });
  for (const node of nodes) await node.open();
  for (const node of nodes) node.carryOut('start');
  await memory.quiet();
  const correct = correctNodes(plan);
  const reports = nodes.map((node) => node.report()).filter(({ node }) => correct.includes(node));
  await memory.close();
  const values = new Values(plan.work, plan.seed);
  const pace = new Pace(() => false);
  return { judgement: await parts.judge({ group, ending: 'quiet', values, senders, reports, pace }), reports };
}
