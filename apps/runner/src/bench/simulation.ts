/** The simulator in one thread: what it delivers, and how many whole runs it makes, with all checkers on and no trace. */
import {
  broadcastProperties,
  nodeIds,
  ReliableBroadcast,
  type Delivery,
  type Message,
} from '@quorate/reliable-broadcast';
import type { Group, Step } from '@quorate/transport';
import { QuorateError } from '@quorate/serialization';
import { drawPlan, runPlan, Simulation } from '@quorate/simulation';
import { behavioursOf, plainStack } from '../catalogue/applicability.js';
import { bracha } from '../protocols/bracha.js';
import { Pace } from '../run/pace.js';
import { simulatable } from '../sim/subjects.js';
import type { Subject, SubjectFigures, SubjectOptions } from './subject.js';

/** Values from each node in one stretch of the long run, and of the loop beside it. */
const stretch = 250;

/** Reliable broadcast under virtual time. */
export const simulation: Subject = {
  name: 'sim',
  operation: 'a simulated delivery of a message, all checkers on',
  grouped: true,
  measure: measured,
};

async function measured({ group, payload, seconds, seed, signal }: SubjectOptions): Promise<SubjectFigures> {
  const value = new Uint8Array(payload).fill(7);
  // A third of the time for each; what comes first also warms up what comes after.
  const alone = await repeated(seconds / 3, signal, () => protocolAlone(group, value));
  const simulated = await repeated(seconds / 3, signal, (round) => longRun(group, value, seed + round));
  let runs = 0;
  const small = await repeated(seconds / 3, signal, (round) => {
    runs++;
    return shortRun(group, (seed + round) % 2 ** 32);
  });
  return {
    opsPerSecond: simulated.perSecond,
    baseline: { name: 'the protocol in a plain loop, first in, first out', opsPerSecond: alone.perSecond },
    messagesPerOp: 1,
    details: { runsPerSecond: Math.round(runs / small.seconds), messagesPerRun: Math.round(small.count / runs) },
  };
}

/** Counts what rounds of work deliver until the time is over. What somebody else does in between is not measured. */
async function repeated(
  seconds: number,
  signal: AbortSignal,
  work: (round: number) => number,
): Promise<{ perSecond: number; seconds: number; count: number }> {
  const pace = new Pace(() => signal.aborted);
  let count = 0;
  let elapsed = 0;
  for (let round = 0; elapsed < seconds || round === 0; round++) {
    const begun = performance.now();
    count += work(round);
    elapsed += (performance.now() - begun) / 1000;
    if (pace.due && !(await pace.goesOn(elapsed, seconds))) signal.throwIfAborted();
  }
  return { perSecond: count / elapsed, seconds: elapsed, count };
}

/** Every node broadcasts, over a network that reorders. */
function longRun(group: Group, value: Uint8Array, seed: number): number {
  const run = new Simulation<Uint8Array, Message, Delivery>({
    group,
    seed: seed % 2 ** 32,
    protocol: (node) => new ReliableBroadcast(node),
    checkers: [broadcastProperties],
  });
  for (let i = 0; i < stretch; i++) for (const node of nodeIds(group)) run.input(node, value);
  run.run();
  if (run.end().length > 0)
    throw new QuorateError('Q9000', `seed ${seed} violates a promise`, 'run quorate sim with that seed');
  return run.deliveries;
}

/** One value from each node, with one drawn liar. */
function shortRun(group: Group, seed: number): number {
  const plan = drawPlan(
    {
      subject: 'bracha',
      nodes: [group.n, group.n],
      faulty: group.f,
      count: 1,
      payload: 8,
      behaviours: shortBehaviours,
    },
    seed,
  );
  const { violations, deliveries } = simulatable(bracha, plan, 8).with((parts) => {
    const outcome = runPlan(parts.subject, plan);
    return { violations: outcome.violations, deliveries: outcome.simulation.deliveries };
  });
  if (violations.length > 0)
    throw new QuorateError('Q9000', `seed ${seed} violates a promise`, 'run quorate sim with that seed');
  return deliveries;
}

/** A flood is as long as its liar makes it: it would measure the liar. */
const shortBehaviours = behavioursOf(bracha, plainStack(bracha)).filter((name) => name !== 'flood');

/** The same work without a simulator: a queue and nothing else. */
function protocolAlone(group: Group, value: Uint8Array): number {
  const nodes = nodeIds(group).map((self) => ({ self, protocol: new ReliableBroadcast({ group, self }) }));
  const queue: {
    readonly from: (typeof nodes)[number];
    readonly to: (typeof nodes)[number];
    readonly message: Message;
  }[] = [];
  const post = (from: (typeof nodes)[number], step: Step<Message, Delivery>): void => {
    for (const effect of step) {
      if (effect.kind !== 'send') continue;
      for (const to of nodes)
        if (effect.to === 'all' || effect.to === to.self) queue.push({ from, to, message: effect.message });
    }
  };
  let delivered = 0;
  for (let i = 0; i < stretch; i++) {
    for (const node of nodes) post(node, node.protocol.input(value));
    for (let at = 0; at < queue.length; at++) {
      const next = queue[at];
      if (next === undefined) continue;
      post(next.to, next.to.protocol.receive(next.from.self, next.message));
      delivered++;
    }
    queue.length = 0;
  }
  return delivered;
}
