import { createHistogram } from 'node:perf_hooks';
import { describe, expect, it } from 'vitest';
import { DeliveryLog } from '../src/run/delivery-log.js';
import type { NodeReport } from '../src/run/node-report.js';
import { Values } from '../src/run/values.js';
import type { Ending, Judgement } from '../src/judgement.js';
import { basic } from '../src/protocols/basic.js';
import { bracha } from '../src/protocols/bracha.js';
import type { Promised } from '../src/protocols/protocol.js';
import type { LogRecord } from '../src/run/delivery-log.js';
import { judge } from '../src/verdict.js';

const promisesOf = {
  basic: basic.promises,
  bracha: bracha.promises.filter(({ simulatedOnly }) => simulatedOnly !== true),
};

/** A delivery: sender, sequence, and a payload when it is not what the sender was given. */
type Delivered = readonly [sender: number, sequence: number, payload?: string];

const count = 3;
const nodes = 4;
const everything: readonly Delivered[] = [0, 1, 2, 3].flatMap((sender) =>
  [0, 1, 2].map((sequence): Delivered => [sender, sequence]),
);

function reportOf(node: number, deliveries: readonly Delivered[]): NodeReport<LogRecord> {
  const values = new Values({ kind: 'random', count, payload: 8 }, 1);
  const log = new DeliveryLog(nodes, values);
  for (const [sender, sequence, payload] of deliveries) {
    log.record({
      sender,
      sequence,
      payload: payload === undefined ? Uint8Array.from(values.at(sender, sequence)) : Buffer.from(payload),
    });
  }
  return { node, submitted: count, log: log.summary(), faults: [], messages: 0, bytes: 0, latency: createHistogram() };
}

/** Node 3 is faulty; the others delivered this. */
function judged(
  deliveries: readonly (readonly Delivered[])[],
  ending: Ending = 'quiet',
  promises: readonly Promised[] = promisesOf.bracha,
): Judgement {
  const reports = deliveries.map((delivered, node) => reportOf(node, delivered));
  const ofCorrectSendersOnly = promises === promisesOf.basic;
  return judge({ promises, ofCorrectSendersOnly, ending, count, senders: [0, 1, 2, 3], reports });
}

const without = (sender: number, sequence: number): readonly Delivered[] =>
  everything.filter((delivery) => delivery[0] !== sender || delivery[1] !== sequence);

describe('a run that kept its promises', () => {
  it('is valid when everybody delivered everything', () => {
    expect(judged([everything, everything, everything])).toEqual({
      verdict: 'valid',
      properties: { validity: true, noDuplication: true, integrity: true, agreement: true, totality: true },
      violations: [],
    });
  });

  it('is valid when nobody delivered what a faulty node sent, or all the same lie', () => {
    const nothing = everything.filter(([sender]) => sender !== 3);
    expect(judged([nothing, nothing, nothing]).verdict).toBe('valid');
    const lie = without(3, 1).concat([[3, 1, 'lie']]);
    expect(judged([lie, lie, lie]).verdict).toBe('valid');
    const beyond = everything.concat([[3, 2 ** 32, 'x']]);
    expect(judged([beyond, beyond, beyond]).verdict).toBe('valid');
  });
});

describe('every checker rejects a run that is known to be bad, and names the event', () => {
  it('RBC1 validity: a value of a correct node is missing at one', () => {
    const { verdict, properties, violations } = judged([everything, without(2, 1), everything]);
    expect(verdict).toBe('violated');
    expect(properties).toMatchObject({ validity: false, totality: false, agreement: true, integrity: true });
    expect(violations[0]).toEqual({
      property: 'validity',
      kind: 'liveness',
      sender: 2,
      sequence: 1,
      detail: 'node 1 never delivered number 1 of node 2',
    });
  });

  it('RBC1 validity: a value of a correct node is missing everywhere', () => {
    const { properties } = judged([without(0, 2), without(0, 2), without(0, 2)]);
    expect(properties).toMatchObject({ validity: false, totality: true });
  });

  it('RBC2 no duplication', () => {
    const { properties, violations } = judged([everything, everything.concat([[3, 0, 'again']]), everything]);
    expect(properties).toMatchObject({ noDuplication: false, agreement: true });
    expect(violations[0]).toMatchObject({ kind: 'safety', sender: 3, sequence: 0 });
  });

  it('RBC3 integrity: another payload than a correct node sent', () => {
    const forged = without(1, 2).concat([[1, 2, 'forged']]);
    const { properties, violations } = judged([forged, forged, forged]);
    expect(properties).toMatchObject({ integrity: false, agreement: true });
    expect(violations[0]).toMatchObject({ property: 'integrity', sender: 1, sequence: 2 });
  });

  it('RBC3 integrity: a number that a correct node never used', () => {
    const ahead = everything.concat([[1, 3, 'made up']]);
    expect(judged([ahead, ahead, ahead]).properties).toMatchObject({
      integrity: false,
      agreement: true,
      totality: true,
    });
  });

  it('RBC3 integrity: a correct node that was to broadcast nothing', () => {
    const reports = [0, 1, 2].map((node) =>
      reportOf(node, [
        [3, 0],
        [3, 1],
        [3, 2],
        [2, 0],
      ]),
    );
    const { properties } = judge({
      promises: promisesOf.bracha,
      ofCorrectSendersOnly: false,
      ending: 'quiet',
      count,
      senders: [3],
      reports,
    });
    expect(properties).toMatchObject({ integrity: false, validity: true });
  });

  it('RBC4 agreement: one node believed the other half of a lie', () => {
    const lie = without(3, 1).concat([[3, 1, 'lie']]);
    const { verdict, properties, violations } = judged([everything, everything, lie]);
    expect(verdict).toBe('violated');
    expect(properties).toMatchObject({ agreement: false, integrity: true, totality: true });
    expect(violations).toEqual([
      {
        property: 'agreement',
        kind: 'safety',
        sender: 3,
        sequence: 1,
        detail: 'nodes 0 and 2 delivered different payloads as number 1 of node 3',
      },
    ]);
  });

  it('RBC4 agreement: two lies that differ from each other, beyond a gap', () => {
    const one = everything.concat([[3, 9, 'one']]);
    const other = everything.concat([[3, 9, 'other']]);
    expect(judged([one, other, everything]).properties).toMatchObject({ agreement: false, totality: false });
  });

  it('RBC5 totality: what a faulty node sent reached one correct node only', () => {
    const { properties, violations } = judged([everything, without(3, 2), without(3, 2)]);
    expect(properties).toMatchObject({ totality: false, validity: true });
    expect(violations[0]).toMatchObject({ property: 'totality', kind: 'liveness', sender: 3, sequence: 2 });
  });

  it('no duplication of links is about what correct nodes send', () => {
    const again = everything.concat([[3, 0, 'again']]);
    expect(judged([again, again, again], 'quiet', promisesOf.basic).verdict).toBe('valid');
    const twice = everything.concat([[2, 0]]);
    expect(judged([twice, everything, everything], 'quiet', promisesOf.basic).properties).toMatchObject({
      noDuplication: false,
    });
  });

  it('order: a message of a correct node overtook another', () => {
    const swapped = everything.toSorted(([, a], [, b]) => b - a);
    expect(judged([everything, swapped, everything], 'quiet', promisesOf.basic).properties).toMatchObject({
      order: false,
    });
    const ofTheLiar = [...without(3, 0), [3, 0] as const];
    expect(judged([everything, ofTheLiar, everything], 'quiet', promisesOf.basic).properties).toMatchObject({
      order: true,
    });
  });
});

describe('what is not decided', () => {
  it.each(['timeout', 'interrupted'] as const)(
    'liveness is open while something moved (%s), safety is not',
    (ending) => {
      const late = judged([everything, without(2, 1), everything], ending);
      expect(late).toMatchObject({
        verdict: 'undecided',
        properties: { validity: null, totality: null },
        violations: [],
      });
      const lie = without(3, 1).concat([[3, 1, 'lie']]);
      expect(judged([everything, without(2, 1), lie], ending)).toMatchObject({
        verdict: 'violated',
        properties: { agreement: false },
      });
      expect(judged([everything, everything, everything], ending).verdict).toBe('undecided');
    },
  );

  it('deliveries that were not recorded leave every promise open that they could have broken', () => {
    const reports = [0, 1, 2].map((node) => reportOf(node, everything));
    const [first, ...others] = reports;
    if (first === undefined) throw new Error('unreachable');
    const blind = { ...first, log: { ...first.log, unrecorded: 1 } };
    const { verdict, properties } = judge({
      promises: promisesOf.bracha,
      ofCorrectSendersOnly: false,
      ending: 'quiet',
      count,
      senders: [0],
      reports: [blind, ...others],
    });
    expect(verdict).not.toBe('valid');
    expect(properties['agreement']).toBeNull();
  });
});
