/** Every shape of group, every behaviour, every length of payload: the nodes of a run, in one thread. */
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createGroup } from '@quorate/transport';
import { behaviours } from '@quorate/simulation';
import { parseFault } from '../src/fault-specification.js';
import type { RunPlan } from '../src/run/plan.js';
import { Values } from '../src/run/values.js';
import { runInMemory } from './memory-run.js';

function plan(options: {
  protocol?: RunPlan['protocol'];
  broadcast?: RunPlan['broadcast'];
  nodes?: number;
  faulty?: number;
  faults?: readonly string[];
  count?: number;
  payload?: number;
  seed?: number;
}): RunPlan {
  const { nodes = 4, faults = [], count = 20, payload = 64, seed = 1 } = options;
  const unsafe = true;
  const group = createGroup({ nodes, unsafe, ...(options.faulty === undefined ? {} : { faulty: options.faulty }) });
  return {
    protocol: options.protocol ?? 'bracha',
    broadcast: options.broadcast ?? 'bracha',
    options: {},
    group,
    unsafe,
    seed,
    faults: faults.map(parseFault).map(({ node, behaviour, at }) => ({ node, behaviour, at })),
    work: { kind: 'random', count, payload },
    senders: Array.from({ length: nodes }, (_, node) => node),
    timeout: 10_000,
  };
}

/** What every node delivers when nobody lies. */
function everything({ group, work, seed }: RunPlan): string {
  const values = new Values(work, seed);
  const hash = createHash('sha256');
  for (let sender = 0; sender < group.n; sender++) {
    for (let sequence = 0; sequence < values.count; sequence++) hash.update(values.at(sender, sequence));
  }
  return hash.digest('hex');
}

// A crash ends the thread, as the first half of a restart does, and here there is only one.
const survivable = [...behaviours.keys()].filter((name) => name !== 'crash' && name !== 'restart');

describe('bracha', () => {
  it.each([
    [1, 0],
    [2, 0],
    [3, 0],
    [4, 1],
    [5, 1],
    [6, 1],
    [7, 2],
    [10, 3],
  ])('n = %i, f = %i: everybody delivers everything', async (nodes, faulty) => {
    const made = plan({ nodes, faulty, count: 10 });
    const { judgement, reports } = await runInMemory(made);
    expect(judgement.verdict).toBe('valid');
    expect(new Set(reports.map(({ log }) => log.sha256))).toEqual(new Set([everything(made)]));
    expect(reports.reduce((sum, { messages }) => sum + messages, 0)).toBe(nodes * 10 * (nodes + 2 * nodes * nodes));
  });

  it.each([0, 1, 31, 32, 33, 65_536, 1_048_576])('payloads of %i bytes', async (payload) => {
    const made = plan({ payload, count: 2 });
    const { judgement, reports } = await runInMemory(made);
    expect(judgement.verdict).toBe('valid');
    expect(reports[3]?.log.sha256).toBe(everything(made));
  });

  it.each(survivable)('tolerates a node that is %s, at n = 4 and beside another at n = 7', async (behaviour) => {
    for (const seed of [1, 2, 3]) {
      const one = await runInMemory(plan({ faults: [`3:${behaviour}`], seed }));
      expect(one.judgement).toMatchObject({ verdict: 'valid', violations: [] });
      const two = await runInMemory(plan({ nodes: 7, faults: [`0:${behaviour}`, '4:equivocate'], seed }));
      expect(two.judgement).toMatchObject({ verdict: 'valid', violations: [] });
      const proofs = two.reports.flatMap(({ faults }) => faults.filter(({ certainty }) => certainty === 'proof'));
      for (const { peer } of proofs) expect([0, 4]).toContain(peer);
    }
  });

  it.each(survivable)('tolerates a node that is %s later', async (behaviour) => {
    const { judgement } = await runInMemory(plan({ faults: [`2:${behaviour}@3ms`], count: 200 }));
    expect(judgement).toMatchObject({ verdict: 'valid', violations: [] });
  });

  it('loses liveness, and nothing else, when more nodes are silent than it tolerates', async () => {
    const { judgement } = await runInMemory(plan({ faults: ['2:silent', '3:silent'] }));
    expect(judgement).toMatchObject({
      verdict: 'violated',
      properties: { validity: false, agreement: true, integrity: true },
    });
  });
});

describe('best-effort in its place', () => {
  it('loses agreement to a sender that lies, at every seed', async () => {
    for (const seed of [1, 2, 3, 4, 5]) {
      const { judgement } = await runInMemory(plan({ broadcast: 'best-effort', faults: ['3:equivocate'], seed }));
      expect(judgement).toMatchObject({ verdict: 'violated', properties: { agreement: false, validity: true } });
    }
  });

  it('keeps its promises when nobody lies', async () => {
    const { judgement } = await runInMemory(plan({ broadcast: 'best-effort', count: 2000 }));
    expect(judgement.verdict).toBe('valid');
  });
});

describe('basic', () => {
  it('delivers every message once, unaltered, in order', async () => {
    const made = plan({ protocol: 'basic', count: 3000 });
    const { judgement, reports } = await runInMemory(made);
    expect(judgement.verdict).toBe('valid');
    expect(reports[0]?.log.sha256).toBe(everything(made));
  });

  it.each(survivable.filter((name) => !['double-vote', 'forge-sender'].includes(name)))(
    'promises nothing of a node that is %s',
    async (behaviour) => {
      const { judgement } = await runInMemory(plan({ protocol: 'basic', faults: [`1:${behaviour}`] }));
      expect(judgement).toMatchObject({ verdict: 'valid', violations: [] });
    },
  );
});
