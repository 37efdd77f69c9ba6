import { describe, expect, it } from 'vitest';
import { judged, metricsOf, verdictOf } from '../src/bench/document.js';
import { trend } from '../src/bench/memory-trend.js';
import { median, spread } from '../src/bench/statistics.js';
import type { SubjectFigures } from '../src/bench/subject.js';
import { parseGate } from '../src/gate.js';
import { line } from './captured.js';
import { benchDocument, parsed } from './schemas.js';

const figures = (opsPerSecond: number, more: Partial<SubjectFigures> = {}): SubjectFigures => ({
  opsPerSecond,
  baseline: { name: 'the other', opsPerSecond: 10 },
  ...more,
});

describe('the figures of several runs', () => {
  it('are medians, with the spread, and the ratio is that of each run', () => {
    const runs = [figures(100), figures(300), figures(200, { baseline: { name: 'the other', opsPerSecond: 40 } })];
    expect(metricsOf(runs)).toEqual({
      opsPerSecond: 200,
      spread: 1,
      opsPerSecondByRun: [100, 300, 200],
      baseline: { name: 'the other', opsPerSecond: 10, ratio: 10 },
    });
    expect([median([]), median([3, 1]), spread([5, 5]), spread([])]).toEqual([0, 2, 0, 0]);
  });

  it('show how memory developed, by the medians of the first and of the last third', () => {
    const heaps = [Float64Array.of(1, 1, 5, 5, 9, 9), Float64Array.of(2, 2, 2, 2, 2, 2)];
    expect(trend([10, 12, 0, 0, 20, 22], heaps)).toEqual({ rssFirst: 11, rssLast: 21, heapFirst: 3, heapLast: 11 });
  });

  it('are violated when one run was, undecided when one did not drain', () => {
    expect(verdictOf([figures(1), figures(1, { consistent: true })])).toBe('valid');
    expect(verdictOf([figures(1, { consistent: 'undecided' }), figures(1)])).toBe('undecided');
    expect(verdictOf([figures(1, { consistent: 'undecided' }), figures(1, { consistent: false })])).toBe('violated');
  });
});

describe('gates', () => {
  const metrics = metricsOf([
    figures(200_000, { latencyMs: { p50: 1, p99: 50 }, messagesPerOp: 36, rssBytesPerNode: 2048 }),
  ]);

  it.each([
    ['ops>=200000', true, 200_000],
    ['ops>=200k', true, 200_000],
    ['ops>200000', false, 200_000],
    ['p99<=50ms', true, 50],
    ['p99<50ms', false, 50],
    ['ratio>=20000x', true, 20_000],
    ['ratio > 20000', false, 20_000],
    ['messages<=36', true, 36],
    ['rss<=2KiB', true, 2048],
    ['rss<2KiB', false, 2048],
    ['bytes<=1', false, null],
    ['growth<=1.1', false, null],
  ])('%s: %s', (text, passed, measured) => {
    expect(judged([parseGate(text)], metrics)).toEqual([{ gate: text, passed, measured }]);
  });
});

describe('a bench on worker threads', () => {
  it('measures the simulator beside the protocol in a plain loop, and its whole runs', async () => {
    const { status, out } = await line('bench sim --seconds 0.3 --runs 1 --json');
    expect(status).toBe(0);
    const { metrics } = parsed(benchDocument, out);
    expect(metrics.opsPerSecond).toBeGreaterThan(0);
    expect(metrics.baseline.ratio).toBeGreaterThan(0);
    expect(metrics.details?.['runsPerSecond']).toBeGreaterThan(0);
  });

  it('measures Bracha beside plain postMessage, messages as the formula says; a missed gate is status 4', async () => {
    const { status, out } = await line('bench --runs 1 --seconds 0.1 --seed 1 --json --gate ops>=1 --gate ops>=1000M');
    const document = parsed(benchDocument, out);
    expect(status).toBe(4);
    expect(document).toMatchObject({ protocol: 'bracha', n: 4, f: 1, payload: 64, runs: 1, verdict: 'valid' });
    expect(document.gates.map(({ passed }) => passed)).toEqual([true, false]);
    expect(document.metrics).toMatchObject({ messagesPerOp: 36, messagesPerOpExpected: 36 });
    expect(document.properties).toEqual({ agreement: true, totality: true });
    expect(document.metrics.baseline.name).toBe('bracha over postMessage');
  });
});

describe('a bench of votes', () => {
  it('counts rounds that every correct node has decided, and says how long a round takes', async () => {
    const { status, out } = await line('bench vote --seconds 0.1 --runs 1 --seed 1 --fault 3:silent --json');
    const { metrics, verdict, properties, operation, replay } = parsed(benchDocument, out);
    expect({ status, verdict, properties, operation }).toEqual({
      status: 0,
      verdict: 'valid',
      properties: { agreement: true },
      operation: 'a round decided by every correct node',
    });
    expect(metrics.opsPerSecond).toBeGreaterThan(0);
    expect(metrics.baseline.name).toBe('vote over postMessage');
    expect(metrics.latencyMs?.p50).toBeGreaterThan(0);
    expect(metrics.latencyMs?.p99).toBeGreaterThanOrEqual(metrics.latencyMs?.p50 ?? Infinity);
    expect(metrics.messagesFormula).toBeDefined();
    expect(replay).toContain('npx quorate bench vote --nodes 4 --faulty 1 --fault 3:silent');
  });
});
