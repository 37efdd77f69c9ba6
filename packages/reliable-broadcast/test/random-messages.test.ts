import { describe, expect, it } from 'vitest';
import {
  messageSchema,
  nodeIds,
  ReliableBroadcast,
  sample,
  type Message,
  type NodeId,
} from '@quorate/reliable-broadcast';
import { seededRandom, type Random } from '../src/compliance.js';
import { id, seedsOr, start, type Run } from './harness.js';

const limits = { window: 8, openInstances: 16, windowBytes: 256, retainedBytes: 512, loggedInstances: 256 };
const maxPayload = 64;

/** Any message, mostly about instances that are open or nearly so. */
function drawn(run: Run, random: Random): Message {
  const message = sample(messageSchema(run.group, maxPayload), { below: (n: number) => random.below(n) });
  if (random.below(8) === 0) return message;
  const sequence = random.below(48);
  if (message.kind !== 'progress') return { ...message, sequence };
  return { ...message, sequence, oldest: random.below(48), next: random.below(64), head: random.below(64) };
}

function attack(run: Run, random: Random, rounds: number): void {
  const pick = (from: readonly NodeId[]): NodeId => from[random.below(from.length)] ?? id(0);
  const broadcasts = run.correct.map(() => 0);
  for (let round = 0; round < rounds; round++) {
    const node = pick(run.correct);
    if (run.network.node(node).ready && (broadcasts[node] ?? 0) < 24) {
      broadcasts[node] = (broadcasts[node] ?? 0) + 1;
      run.network.input(node, new Uint8Array([0, 8, 31, 32, 64][random.below(5)] ?? 0).fill(random.below(3)));
    }
    for (const liar of run.faulty) run.network.send(liar, pick(run.correct), drawn(run, random));
    const budget = random.below(40);
    for (let i = 0; i < budget && run.network.inFlight.length > 0; i++) {
      const [next] = run.network.inFlight.splice(random.below(run.network.inFlight.length), 1);
      if (next !== undefined) run.network.deliver(next);
    }
  }
}

function checkMemory(run: Run): void {
  for (const node of run.correct) {
    const usage = (run.network.node(node) as ReliableBroadcast).usage();
    expect(Math.max(...usage.openInstances)).toBeLessThanOrEqual(usage.maxOpenInstances);
    expect(Math.max(...usage.retainedBytes)).toBeLessThanOrEqual(usage.maxRetainedBytes);
    expect(Math.max(...usage.loggedBytes)).toBeLessThanOrEqual(usage.maxLoggedBytes);
  }
}

describe('messages of every kind, drawn from the schema', () => {
  it.each([4, 5, 6, 7, 10])('break nothing among %i nodes, one of them cut off for a while', (nodes) => {
    const faulty = Math.floor((nodes - 1) / 3);
    for (let seed = 0; seed < Math.min(12, seedsOr(12)); seed++) {
      const random = seededRandom(seed + 1000 * nodes);
      const run = start(nodes, faulty, seed, { limits, maxPayload });
      attack(run, random, 60);
      run.network.hold(({ from, to }) => to === 0 && from !== 0);
      attack(run, random, 60);
      run.network.held = [];
      run.network.release();
      for (const peer of nodeIds(run.group).slice(1)) {
        run.network.apply(id(0), run.network.node(id(0)).reopened?.(peer, 0) ?? []);
        if (peer < nodes - faulty) run.network.apply(peer, run.network.node(peer).reopened?.(id(0), 0) ?? []);
      }
      attack(run, random, 60);
      run.network.run();
      checkMemory(run);
      const accused = run.network.faults
        .slice(0, nodes - faulty)
        .flat()
        .filter(({ peer }) => peer < nodes - faulty);
      expect({ nodes, seed, violations: run.finish(), accused }).toEqual({ nodes, seed, violations: [], accused: [] });
    }
  });
});
