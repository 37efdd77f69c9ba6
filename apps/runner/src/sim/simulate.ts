/** One simulated run: what came out of it, and the digest of all that happened. */
import { createHash } from 'node:crypto';
import type { Delivery } from '@quorate/reliable-broadcast';
import { nodeId, type NodeId, type Violation } from '@quorate/transport';
import { runPlan, traceLine, TraceDigest, type ReportedFault, type RunPlan } from '@quorate/simulation';
import type { BroadcastSubject } from './subjects.js';

export interface SimulatedNode {
  readonly node: NodeId;
  readonly count: number;
  /** SHA-256 of the delivered payloads joined by sender, then sequence. */
  readonly sha256: string;
  readonly faults: readonly ReportedFault[];
}

export interface SimulatedRun {
  readonly plan: RunPlan;
  readonly violations: readonly Violation[];
  /** The correct nodes. */
  readonly nodes: readonly SimulatedNode[];
  readonly ticks: number;
  readonly messages: number;
  readonly seconds: number;
  readonly events: number;
  readonly traceDigest: string;
  /** The trace itself, if it was asked for. */
  readonly trace: readonly string[];
}

/** Runs a plan. With `keep`, the lines of the trace are kept. */
export function simulate(subject: BroadcastSubject, plan: RunPlan, keep = false): SimulatedRun {
  const digest = new TraceDigest();
  const trace: string[] = [];
  const begun = performance.now();
  const { simulation, violations } = runPlan(subject, plan, {
    observer: (event) => {
      const line = traceLine(event);
      digest.add(line);
      if (keep) trace.push(line);
    },
  });
  const faulty = new Set<number>(plan.faults.map(({ node }) => node));
  const { group } = simulation;
  const correct = Array.from({ length: group.n }, (_, node) => node).filter((node) => !faulty.has(node));
  return {
    plan,
    violations,
    nodes: correct.map((node) => ({
      node: nodeId(group, node),
      faults: simulation.faults(nodeId(group, node)),
      ...joined(simulation.outputs(nodeId(group, node))),
    })),
    ticks: simulation.now,
    messages: simulation.deliveries,
    seconds: (performance.now() - begun) / 1000,
    events: digest.events,
    traceDigest: String(digest),
    trace,
  };
}

function joined(deliveries: readonly Delivery[]): { count: number; sha256: string } {
  const hash = createHash('sha256');
  const inOrder = deliveries.toSorted((a, b) => a.sender - b.sender || a.sequence - b.sequence);
  for (const { payload } of inOrder) hash.update(payload);
  return { count: deliveries.length, sha256: hash.digest('hex') };
}
