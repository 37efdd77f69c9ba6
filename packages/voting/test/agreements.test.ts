import { describe, expect, it } from 'vitest';
import { createGroup, belowThousand, type NodeId } from '@quorate/voting';
import type { Agreement } from '../src/agreement.js';
import type { AgreementMessage } from '../src/stages.js';
import { Agreements } from '../src/agreements.js';
import { beginning, type Place } from '../src/claims.js';
import { DecisionLog } from '../src/decision-log.js';
import type { Opinion } from '../src/value.js';

const group = createGroup({ nodes: 4 });

interface Begun {
  readonly agreement: Agreement;
  readonly said: readonly AgreementMessage[];
}

/** Node 3 begins an agreement after so many decided rounds; the one after them is settled. */
function begun(place: Place, decided: number, settled?: Opinion): Begun {
  const log = new DecisionLog(group);
  for (let round = 1; round <= decided; round++) log.decide([round]);
  if (settled !== undefined) log.settle({ kind: 'settled', round: decided + 1, attempt: 1, decision: settled });
  const said: AgreementMessage[] = [];
  const agreements = new Agreements(
    { group, self: 3 as NodeId, rule: belowThousand, quorum: 'kings', retries: 3 },
    log,
    {
      say: (message) => void said.push(message),
      accuse: () => undefined,
      proposed: () => undefined,
      voted: () => undefined,
      settle: () => undefined,
    },
  );
  const agreement = agreements.at(place, () => [7]);
  agreement.begin();
  return { agreement, said };
}

const opinionOf = ({ said }: Begun): unknown => said.map((message) => message.kind === 'vote' && message.value);

/** What it holds when a king has said this, and nobody else anything. */
function after({ agreement }: Begun, decree: Opinion): Opinion {
  const { round, attempt, leader } = agreement;
  agreement.elapsed(2);
  agreement.advance();
  agreement.hear(leader, { kind: 'decree', round, attempt, phase: 0, value: decree });
  agreement.advance();
  return agreement.opinion;
}

describe('where a restarted group begins', () => {
  it.each([0, 1, 2, 3])('after %i rounds a node holds their parity', (decided) => {
    expect(opinionOf(begun(beginning, decided))).toEqual([[decided % 2]]);
  });

  it.each<[Opinion, Opinion]>([
    [[0], [0]],
    [[1], [1]],
    [[2], [0]],
    [[], [0]],
    [undefined, [0]],
    [[0, 1], [0]],
  ])('a king that says %j is taken to say %j', (decree, held) => {
    expect(after(begun(beginning, 3), decree)).toEqual(held);
  });

  it('node 0 is its first king', () => {
    expect(begun(beginning, 3).agreement.leader).toBe(0);
  });
});

describe('what became of the round that was open', () => {
  const place = { round: 3, attempt: 0 };

  it('a node holds what it decided, or else settled, or else nothing', () => {
    expect(opinionOf(begun(place, 3))).toEqual([[3]]);
    expect(opinionOf(begun(place, 3, [9]))).toEqual([[3]]);
    expect(opinionOf(begun(place, 2, [9]))).toEqual([[9]]);
    expect(opinionOf(begun(place, 2))).toEqual([undefined]);
    expect(begun(place, 2).agreement.leader).toBe(2);
  });

  it.each<[Opinion, Opinion]>([
    [[8], [8]],
    [[], []],
    [undefined, undefined],
    [[8, 1000], undefined],
    [[1000], undefined],
  ])('a king that says %j is taken to say %j', (decree, held) => {
    expect(after(begun(place, 2, [9]), decree)).toEqual(held);
  });
});

describe('an attempt', () => {
  it.each([
    [1, 1, 0],
    [1, 2, 1],
    [4, 1, 3],
    [4, 2, 0],
  ])('of round %i, number %i, is led by node %i', (round, attempt, leader) => {
    const { agreement, said } = begun({ round, attempt }, round - 1);
    expect(agreement.leader).toBe(leader);
    expect(said).toEqual(leader === 3 ? [{ kind: 'proposal', round, attempt, value: [7] }] : []);
  });

  it.each<[Opinion, Opinion]>([
    [[8], [8]],
    [
      [8, 9],
      [8, 9],
    ],
    [[], undefined],
    [undefined, undefined],
    [[8, 1000], undefined],
  ])('a leader that proposes %j is taken to propose %j', (proposal, held) => {
    const { agreement } = begun({ round: 1, attempt: 1 }, 0);
    agreement.hear(0 as NodeId, { kind: 'proposal', round: 1, attempt: 1, value: proposal });
    agreement.advance();
    expect(agreement.opinion).toEqual(held);
  });
});
