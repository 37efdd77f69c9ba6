import { describe, expect, it } from 'vitest';
import { createGroup, nodeIds } from '@quorate/voting';
import { runPlan, seededRandom, shuffled, type PlannedRestart, type RunPlan } from '@quorate/simulation';
import { Alone, ready, running, silence } from './alone.js';
import { planOf, subjectOf } from './plans.js';

const seeds = Number(process.env['QUORATE_SEEDS'] ?? 100);

/** More than f nodes, and fewer than all, lose power in the middle of a run. */
function partialFailure(seed: number): RunPlan {
  const random = seededRandom(seed);
  const plan = planOf(seed, [4, 10]);
  const group = createGroup({ nodes: plan.nodes });
  const count = group.f + 1 + random.below(plan.nodes - group.f - 1);
  const at = 1 + random.below(1500);
  const restarts = shuffled(nodeIds(group), random)
    .slice(0, count)
    .map((node): PlannedRestart => ({ node, at, down: 1 + random.below(200), disk: 'kept' }));
  return { ...plan, faults: [], restarts };
}

describe('more than f nodes lose power, and the others go on', () => {
  it('nobody decides otherwise than another, and when they are back all decide every round', () => {
    for (let seed = 0; seed < seeds; seed++) {
      const plan = partialFailure(seed);
      const { violations } = runPlan(subjectOf({ rounds: 4 }), plan);
      // With more than f nodes down a correct leader may fail.
      const broken = violations.filter(({ property }) => !property.startsWith('VOTE2'));
      expect({ plan, broken }).toEqual({ plan, broken: [] });
    }
  });
});

describe('all nodes lose power, again and again, while they recover, and up to f lie', () => {
  it('nobody decides otherwise than before', () => {
    for (let seed = 0; seed < seeds; seed++) {
      const random = seededRandom(seed ^ 0x5eed);
      const plan = planOf(seed);
      const liars = plan.faults.map(({ node }) => node);
      const restarts: PlannedRestart[] = [];
      for (let failure = 0, at = 1 + random.below(900); failure < 3; failure++, at += 60 + random.below(900)) {
        for (const node of plan.senders) {
          if (!liars.includes(node)) restarts.push({ node, at, down: 1 + random.below(50), disk: 'kept' });
        }
      }
      const failing: RunPlan = { ...plan, restarts };
      const { violations } = runPlan(subjectOf({ rounds: 3, batch: 2, keep: 2 }), failing);
      expect({ failing, violations }).toEqual({ failing, violations: [] });
    }
  });
});

describe('one node that comes back while the others run', () => {
  it('is not talked into a beginning of its own by liars', () => {
    const back = new Alone(7, 6);
    back.hear([0], ready(0, 0));
    back.hear([1, 2], ready(5, 1, [42]));
    expect(back.last('ready')).toBeUndefined();
    back.hear([3], ready(5, 1, [42]));
    back.expire('answered');
    expect(back.last('ready')).toBeUndefined();
    expect(back.last('ask')).toEqual({ kind: 'ask', round: 1 });
  });

  it('learns what was decided from f + 1 equal answers, asks for the rest, and joins the round after the one that runs', () => {
    const back = new Alone(4, 3, {}, [{ kind: 'decided', round: 1, decision: [1] }]);
    back.hear([0, 1], ready(4, 1, [3]));
    back.expire('answered');
    back.hear([0], { kind: 'decisions', round: 2, decisions: [[2], [9]] });
    expect(back.node.decided).toBe(1);
    back.hear([1], { kind: 'decisions', round: 2, decisions: [[2]] });
    expect(back.decisions).toEqual(['1: 1 log', '2: 2 catch-up', '3: 3 catch-up']);
    expect(back.last('ready')).toBeUndefined();
    back.hear([0, 1], ready(5, 1, [4]));
    expect(back.decisions.at(-1)).toBe('4: 4 catch-up');
    expect(back.last('ready')).toEqual(ready(5, 1, [4]));
  });

  it('stays out of the round in which it may have spoken', () => {
    const back = new Alone(4, 3, {}, [{ kind: 'decided', round: 1, decision: [1] }]);
    back.hear([0, 1, 2], ready(2, 1, [1]));
    back.expire('answered');
    back.hear([0, 1, 2], ready(2, 2, [1]));
    expect(back.last('ready')).toBeUndefined();
    expect(back.last('vote')).toBeUndefined();
  });

  it('when everything is decided it is done, too', () => {
    const back = new Alone(4, 3, { rounds: 1 });
    back.hear([0, 1], ready(2, 1, [7]));
    back.expire('answered');
    expect(back.decisions).toEqual(['1: 7 catch-up']);
    expect(back.last('ready')).toEqual(ready(2, 1, [7]));
    expect(back.waits('grace')).toBe(false);
  });
});

describe('a node that runs', () => {
  it('decides nothing with fewer than n − f nodes, whatever the clock says', () => {
    const node = running();
    silence(node);
    expect(node.waits('period')).toBe(false);
    expect(node.last('settled')).toEqual({ kind: 'settled', round: 2, attempt: 1 });
    node.hear([0], { kind: 'settled', round: 2, attempt: 1 });
    expect(node.last('ready')).toEqual(ready(2, 1, [5]));
    node.hear([1], { kind: 'settled', round: 2, attempt: 1 });
    expect(node.last('ready')).toEqual(ready(2, 2, [5]));
  });

  it('goes on with those who have: a correct one is past the agreement', () => {
    const node = running();
    silence(node);
    node.hear([0, 1], ready(2, 2, [5]));
    expect(node.last('ready')).toEqual(ready(2, 2, [5]));
  });

  it('starts anew with more than f nodes that come back, once for each time that they say so', () => {
    const node = running({ grace: 500 });
    silence(node);
    node.hear([0, 1], { kind: 'hello', round: 1 });
    const hellos = (): number => node.said.filter(({ kind }) => kind === 'hello').length;
    const before = hellos();
    node.expire('grace');
    expect(hellos()).toBe(before + 1);
    expect(node.last('ready')).toEqual(ready(2, 1, [5]));
    node.hear([0, 1], ready(0, 0));
    expect(node.last('ready')).toEqual(ready(0, 0));
  });

  it('what a node said before it came back does not count any more', () => {
    const node = new Alone(4, 3);
    node.hear([0, 1, 2], ready(1, 1));
    node.expire('answered');
    node.hear([1], { kind: 'proposal', round: 2, attempt: 1, value: [7] });
    node.hear([1], { kind: 'hello', round: 1 });
    node.hear([0, 1, 2], ready(2, 1, [5]));
    node.hear([1], { kind: 'proposal', round: 2, attempt: 1, value: [8] });
    expect(node.last('vote')).toEqual({ kind: 'vote', round: 2, attempt: 1, phase: 0, value: [8] });
  });

  it('that fell behind takes the decision of the others, and joins the round in which they wait for it', () => {
    const node = new Alone(7, 6);
    node.hear([0, 1, 2], ready(1, 1));
    node.expire('answered');
    node.hear([0, 1, 2], ready(2, 1, [5]));
    expect(node.last('ready')).toEqual(ready(2, 1, [5]));
    node.hear([0, 1, 2], ready(3, 2, [6]));
    expect(node.decisions).toEqual(['1: 5 catch-up', '2: 6 catch-up']);
    expect(node.last('hello')).toEqual({ kind: 'hello', round: 1 });
    expect(node.last('ready')).toEqual(ready(3, 2, [6]));
  });

  it('takes part early where messages overtake a "ready" of others', () => {
    const node = new Alone(4, 3);
    node.hear([0, 1, 2], ready(1, 1));
    node.expire('answered');
    node.hear([1], { kind: 'proposal', round: 2, attempt: 1, value: [7] });
    node.hear([0, 1, 2], ready(2, 1, [5]));
    expect(node.last('vote')).toEqual({ kind: 'vote', round: 2, attempt: 1, phase: 0, value: [7] });
  });
});
