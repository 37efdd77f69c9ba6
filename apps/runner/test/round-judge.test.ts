/** The judge of rounds beside a plain twin, which looks at every round. */
import { describe, expect, it } from 'vitest';
import type { Collected, RoundValue } from '@quorate/reliable-broadcast';
import { seededRandom, type Random } from '@quorate/simulation';
import { createGroup, nodeIds, type CheckerFactory, type Group, type NodeId } from '@quorate/transport';
import { aggregatedWitnessProperties } from '@quorate/aggregated-witness';
import { stableVectorProperties } from '@quorate/barycentric-agreement';
import { witnessProperties } from '@quorate/witness';
import type { Judgement } from '../src/judgement.js';
import type { Evidence, Promised } from '../src/protocols/protocol.js';
import { protocolNamed } from '../src/protocols/registry.js';
import { judgeRounds, type Replayed } from '../src/protocols/rounds/round-judge.js';
import { RoundLog, type RoundRecord } from '../src/protocols/rounds/round-log.js';
import { Pace } from '../src/run/pace.js';
import { Values } from '../src/run/values.js';

/** An output of any of the layers; what a layer does not know it does not look at. */
interface Output extends Collected {
  readonly witnesses: ReadonlySet<NodeId>;
  readonly aggregatedWitnesses: ReadonlySet<NodeId>;
}

type Told = readonly (Output | undefined)[];

const layers: Readonly<
  Record<string, { checkers: readonly CheckerFactory<RoundValue, never, Output>[]; sets: number }>
> = {
  witness: { checkers: [witnessProperties], sets: 2 },
  'aggregated-witness': { checkers: [aggregatedWitnessProperties], sets: 3 },
  barycentric: { checkers: [stableVectorProperties], sets: 1 },
};

const all = { kind: 'random', payload: 8 } as const;
const valuesOf = (rounds: number): Values => new Values({ ...all, count: rounds }, 1);

/** What correct nodes might tell of so many rounds: mostly everything, now and then too little, nothing, or another value. */
function drawn(group: Group, rounds: number, random: Random, deviates: number): readonly Told[] {
  const values = valuesOf(rounds);
  const few = (): readonly NodeId[] => {
    const dropped = random.below(12) === 0 ? random.below(group.n) : -1;
    const more = random.below(40) === 0 ? random.below(group.n) : -1;
    return nodeIds(group).filter((node) => node !== dropped && node !== more);
  };
  const valueOf = (node: NodeId, round: number): Uint8Array => {
    const value = Uint8Array.from(values.at(node, round));
    return random.below(1000) < deviates ? value.with(0, (value[0] ?? 0) ^ 1) : value;
  };
  return nodeIds(group)
    .slice(0, group.n - group.f)
    .map(() =>
      Array.from({ length: rounds }, (_, round): Output | undefined => {
        if (random.below(60) === 0) return undefined;
        const collected = new Map(few().map((node): [NodeId, Uint8Array] => [node, valueOf(node, round)]));
        return { round, values: collected, witnesses: new Set(few()), aggregatedWitnesses: new Set(few()) };
      }),
    );
}

function evidenceOf(
  group: Group,
  rounds: number,
  told: readonly Told[],
  sets: number,
  pace: Pace,
): Evidence<RoundRecord> {
  const reports = told.map((outputs, node) => {
    const log = new RoundLog<Output>(
      group,
      valuesOf(rounds),
      (output) => [output.values.keys(), output.witnesses, output.aggregatedWitnesses].slice(0, sets),
      sets,
    );
    for (const output of outputs) if (output !== undefined) log.record(output);
    return { node, log: log.summary() };
  });
  return { group, ending: 'quiet', values: valuesOf(rounds), senders: nodeIds(group), reports, pace };
}

/** What checkers say first of each promise when they are shown every round. */
function plain(
  group: Group,
  rounds: number,
  told: readonly Told[],
  replayed: Replayed<Output>,
): Judgement['violations'] {
  const values = valuesOf(rounds);
  const ids = nodeIds(group).slice(0, told.length);
  const found = new Map<string, string>();
  for (const make of replayed.checkers) {
    for (let round = 0; round < rounds; round++) {
      const checker = make({ group, correct: ids });
      const seen = [];
      for (const node of ids)
        seen.push(checker.input?.(node, { round, value: Uint8Array.from(values.at(node, round)) }));
      for (const node of ids) {
        const output = told[node]?.[round];
        if (output !== undefined) seen.push(checker.output?.(node, output));
      }
      for (const violation of [...seen, ...(checker.end?.() ?? [])]) {
        if (violation !== undefined && !found.has(violation.property)) found.set(violation.property, violation.detail);
      }
    }
  }
  return replayed.promises.flatMap(({ key: property, label, kind, simulatedOnly }) => {
    const detail = found.get(label);
    return detail === undefined || simulatedOnly === true ? [] : [{ property, kind, detail }];
  });
}

const outputOf: Replayed<Output>['outputOf'] = (
  collected,
  [witnesses = new Set(), aggregatedWitnesses = new Set()],
) => ({
  ...collected,
  witnesses,
  aggregatedWitnesses,
});

async function replayedFor(name: string): Promise<{ replayed: Replayed<Output>; promises: readonly Promised[] }> {
  const { promises } = await protocolNamed(name);
  const { checkers = [], sets: setCount = 1 } = layers[name] ?? {};
  return { replayed: { promises, checkers, setCount, outputOf }, promises };
}

describe.each(Object.keys(layers))('the judge of %s', (name) => {
  it('says of rounds that look alike what somebody says who looks at each of them', async () => {
    const { replayed } = await replayedFor(name);
    let clean = 0;
    let broken = 0;
    for (let seed = 0; seed < 60; seed++) {
      const random = seededRandom(seed);
      const group = createGroup({ nodes: 4 + random.below(6) });
      const rounds = 1 + random.below(120);
      const told = drawn(group, rounds, random, random.below(3) === 0 ? 20 : 0);
      const evidence = evidenceOf(group, rounds, told, replayed.setCount, new Pace(() => false));
      const { violations } = await judgeRounds(replayed, evidence);
      expect(violations, `seed ${seed}`).toEqual(plain(group, rounds, told, replayed));
      if (violations.length === 0) clean++;
      else broken++;
    }
    expect({ clean: clean > 0, broken: broken > 0 }).toEqual({ clean: true, broken: true });
  });

  it('decides nothing but what it found when it is stopped in the middle', async () => {
    const { replayed, promises } = await replayedFor(name);
    const group = createGroup({ nodes: 4 });
    const whole = drawn(group, 50, seededRandom(7), 0).map((told) =>
      told.map((_, round): Output => {
        const everybody = new Map(
          nodeIds(group).map((node): [NodeId, Uint8Array] => [node, Uint8Array.from(valuesOf(50).at(node, round))]),
        );
        return {
          round,
          values: everybody,
          witnesses: new Set(nodeIds(group)),
          aggregatedWitnesses: new Set(nodeIds(group)),
        };
      }),
    );
    const judged = (pace: Pace): Promise<Judgement> =>
      judgeRounds(replayed, evidenceOf(group, 50, whole, replayed.setCount, pace));
    expect((await judged(new Pace(() => false))).verdict).toBe('valid');
    const told: number[] = [];
    const stopped = await judged(
      new AlwaysDue(
        () => true,
        (done) => told.push(done),
      ),
    );
    expect(stopped.verdict).toBe('undecided');
    expect(told).toEqual([0]);
    const shown = promises.filter(({ simulatedOnly }) => simulatedOnly !== true);
    expect(stopped.properties).toEqual(Object.fromEntries(shown.map(({ key }) => [key, null])));
  });
});

/** Every piece has lasted long enough. */
class AlwaysDue extends Pace {
  override get due(): boolean {
    return true;
  }
}
