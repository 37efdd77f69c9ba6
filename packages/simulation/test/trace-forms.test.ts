import { describe, expect, it } from 'vitest';
import { nodeId, createGroup } from '@quorate/transport';
import { shivizPattern, TraceCounter, traceForms, type TracedEvent } from '@quorate/simulation';
import { fileOf, read, record } from './traces.js';

const node = (index: number): ReturnType<typeof nodeId> => nodeId(createGroup({ nodes: 4 }), index);
const { events } = read(
  fileOf(
    record(3, { network: { duplication: 200_000 } }, (simulation) => {
      simulation.run({ until: 12 });
      simulation.crash(node(2));
      simulation.restart(node(2));
      simulation.run();
    }),
  ),
);

/** What a form makes of these events. */
function shown(name: string, of: readonly TracedEvent[] = events, left = 0): string {
  const form = traceForms.get(name)?.of(4);
  return `${form?.begin() ?? ''}${of.map((event) => form?.event(event) ?? '').join('')}${form?.end(left) ?? ''}`;
}

interface Entry {
  readonly host: string;
  readonly clock: Readonly<Record<string, number>>;
}
const entriesOf = (log: string): readonly Entry[] => {
  const [pattern = '', blank, ...rest] = log.split('\n');
  expect([pattern, blank]).toEqual([shivizPattern, '']);
  return [...rest.join('\n').matchAll(new RegExp(pattern, 'g'))].map(({ groups }) => ({
    host: groups?.['host'] ?? '',
    clock: JSON.parse(groups?.['clock'] ?? '') as Readonly<Record<string, number>>,
  }));
};

const counted = (some: readonly TracedEvent[]): ReturnType<TraceCounter['statistics']> => {
  const counter = new TraceCounter(4);
  for (const traced of some) counter.add(traced);
  return counter.statistics();
};

describe('shiviz', () => {
  it.each([
    ['all events', events],
    ['events from the middle', events.slice(60, 160)],
  ])('%s: its own expression finds each, and the clock of a node counts its events one by one', (_, some) => {
    const entries = entriesOf(shown('shiviz', some));
    expect(entries.length).toBe(some.length);
    const counts = new Map<string, number>();
    for (const { host, clock } of entries) {
      counts.set(host, (counts.get(host) ?? 0) + 1);
      expect(clock[host]).toBe(counts.get(host));
    }
  });

  it('a message happens after what its sender knew, and clocks never go back', () => {
    const entries = entriesOf(shown('shiviz'));
    const sends = new Map<number, Entry['clock']>();
    const last = new Map<string, Entry['clock']>();
    let checked = 0;
    for (const [at, { event, send }] of events.entries()) {
      const { host, clock } = entries[at] ?? { host: '', clock: {} };
      const before = [last.get(host) ?? {}];
      if (event.kind === 'receive' && event.sent !== undefined) before.push(sends.get(event.sent) ?? {});
      for (const [name, count] of before.flatMap((known) => Object.entries(known))) {
        expect(clock[name]).toBeGreaterThanOrEqual(count);
        checked++;
      }
      last.set(host, clock);
      if (send !== undefined) sends.set(send, clock);
    }
    expect(checked).toBeGreaterThan(events.length);
  });
});

describe('mermaid', () => {
  const grammar =
    /^(?: {2}participant n\d as node \d| {2}n\d->>n\d: [\w .,=/()-]+| {2}Note over n\d(?:,n\d)?: [\w .,=/()-]+)$/;

  it('is a sequence diagram of participants, arrows and notes', () => {
    const [first, ...rest] = shown('mermaid', events, 5).trimEnd().split('\n');
    expect(first).toBe('sequenceDiagram');
    for (const line of rest) expect(line).toMatch(grammar);
    const between = events.filter(({ event }) => event.kind === 'receive' && event.from !== event.node);
    expect(rest.filter((line) => line.includes('->>')).length).toBe(between.length);
    expect(rest.at(-1)).toBe('  Note over n0,n3: 5 more events are left out');
  });

  it('lets nothing through that a file could smuggle in', () => {
    const message = { kind: 'x\n  n0->>n1: lie; end #35; <script>', "a'": 1 };
    const traced: TracedEvent = {
      number: 0,
      line: '',
      event: { kind: 'receive', tick: 0, node: 0, from: 1, sent: 0, message },
    };
    const [arrow = '', ...more] = shown('mermaid', [traced]).trimEnd().split('\n').slice(6);
    expect(more).toEqual([]);
    expect(arrow).toMatch(/^ {2}n1->>n0: x\?[^;#<>\n]*$/);
  });
});

describe('perfetto', () => {
  interface Shown {
    readonly ph: string;
    readonly name: string;
    readonly pid: number;
    readonly tid: number;
    readonly ts?: number;
    readonly dur?: number;
    readonly id?: number;
    readonly bp?: string;
  }
  const { traceEvents } = JSON.parse(shown('perfetto')) as { readonly traceEvents: readonly Shown[] };
  const slices = traceEvents.filter(({ ph }) => ph === 'X');

  it('has the fields that the format asks for, a thread for each node and a slice for each event', () => {
    for (const { ph, name, pid, tid, ts, dur } of traceEvents) {
      expect(['M', 'X', 's', 'f']).toContain(ph);
      expect({ name: typeof name, pid: typeof pid, tid: typeof tid }).toEqual({
        name: 'string',
        pid: 'number',
        tid: 'number',
      });
      expect(typeof ts).toBe(ph === 'M' ? 'undefined' : 'number');
      expect(typeof dur).toBe(ph === 'X' ? 'number' : 'undefined');
    }
    expect(traceEvents.filter(({ name }) => name === 'thread_name').map(({ tid }) => tid)).toEqual([1, 2, 3, 4]);
    expect(slices.length).toBe(events.length);
    expect(slices.map(({ ts = -1 }) => Math.floor(ts))).toEqual(events.map(({ event }) => event.tick));
  });

  it('shows what a node does one after the other, and the messages between', () => {
    for (const thread of [1, 2, 3, 4]) {
      const times = slices.filter(({ tid }) => tid === thread).map(({ ts = 0 }) => ts);
      expect(times).toEqual([...new Set(times)].toSorted((a, b) => a - b));
    }
    const starts = traceEvents.filter(({ ph }) => ph === 's');
    const ends = traceEvents.filter(({ ph }) => ph === 'f');
    expect(ends.length).toBe(events.filter(({ event }) => event.kind === 'receive' && event.sent !== undefined).length);
    expect(starts.map(({ id }) => id)).toEqual(ends.map(({ id }) => id));
    for (const [at, { ts = 0, tid, bp }] of ends.entries()) {
      expect(bp).toBe('e');
      const start = starts[at];
      for (const point of [start, { ts, tid }]) {
        expect(slices.some((slice) => slice.tid === point?.tid && slice.ts === point.ts)).toBe(true);
      }
      expect(start?.ts).toBeLessThanOrEqual(ts);
    }
  });
});

describe('statistics', () => {
  const plain = read(fileOf(record(1, { network: { latency: { min: 1, max: 1 } } }))).events;

  it('counts messages by kind and link, bytes between nodes, outputs, steps and ticks', () => {
    const found = counted(plain);
    // Each of 4 values: one input, 4 echoes and votes, each to 4 nodes; 10 bytes each, 3 of 4 on a wire.
    expect(found.kinds).toEqual([
      { kind: 'input', messages: 16, received: 16, bytes: 120 },
      { kind: 'echo', messages: 64, received: 64, bytes: 480 },
      { kind: 'vote', messages: 64, received: 64, bytes: 480 },
    ]);
    expect(found).toMatchObject({
      messages: 144,
      received: 144,
      bytes: 1080,
      outputs: [4, 4, 4, 4],
      ticks: 2,
      crashes: 0,
    });
    expect(found.links.length).toBe(16);
    for (const link of found.links) expect(link).toMatchObject({ messages: 9, received: 9 });
    expect(found.latency).toMatchObject({ count: 16, max: 2 });
    // The toy votes for an echo that it hears from itself: two delays.
    expect(found.steps).toEqual({ count: 16, min: 2, p50: 2, p99: 2, max: 2 });
  });

  it('counts the longest way from an input, though a short one completes the quorum', () => {
    const say = { kind: 'say' };
    const chain: readonly TracedEvent['event'][] = [
      { kind: 'input', tick: 0, node: 0, value: 1 },
      { kind: 'send', tick: 0, node: 0, to: 'all', bytes: 1, message: say },
      { kind: 'receive', tick: 1, node: 1, from: 0, sent: 0, message: say },
      { kind: 'send', tick: 1, node: 1, to: 2, bytes: 1, message: say },
      { kind: 'receive', tick: 5, node: 2, from: 1, sent: 1, message: say },
      { kind: 'receive', tick: 9, node: 2, from: 0, sent: 0, message: say },
      { kind: 'output', tick: 9, node: 2, value: 1 },
      { kind: 'input', tick: 9, node: 2, value: 2 },
      { kind: 'output', tick: 9, node: 2, value: 2 },
    ];
    let sends = 0;
    const numbered = chain.map((event, number): TracedEvent => {
      return { number, line: '', event, ...(event.kind === 'send' && { send: sends++ }) };
    });
    expect(counted(numbered)).toMatchObject({ steps: { min: 0, max: 2 }, latency: { min: 0, max: 9 } });
  });

  it('counts crashes and restarts, and names layers in messages', () => {
    expect(counted(events)).toMatchObject({ crashes: 1, restarts: 1 });
    const message = { kind: 'round', round: 1, inner: { kind: 'echo', payload: '05' } };
    const event = { kind: 'send', tick: 0, node: 0, to: 1, bytes: 3, message } as const;
    expect(counted([{ number: 0, line: '', event, send: 0 }]).kinds).toMatchObject([
      { kind: 'round/echo', messages: 1, bytes: 3 },
    ]);
  });

  it('tells at most a thousand kinds apart, however many a file names', () => {
    const many = Array.from({ length: 3000 }, (_, at): TracedEvent => {
      return {
        number: at,
        line: '',
        send: at,
        event: { kind: 'send', tick: 0, node: 0, to: 1, bytes: 1, message: { kind: `k${at}` } },
      };
    });
    const { kinds, messages } = counted(many);
    expect(kinds.length).toBe(1001);
    expect(messages).toBe(3000);
  });
});
