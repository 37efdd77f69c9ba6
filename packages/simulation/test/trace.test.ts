import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { QuorateError } from '@quorate/transport';
import {
  maxLineBytes,
  TraceDigest,
  traceLine,
  TraceReader,
  TraceWriter,
  type SimulationEvent,
} from '@quorate/simulation';
import { fileOf, read, record } from './traces.js';

const lines = record(7, { network: { duplication: 200_000, loss: 100_000 } });
const file = fileOf(lines);

/** What reading these lines is refused with; undefined: it is not. */
function refusal(edited: readonly string[] | Uint8Array): string | undefined {
  try {
    read(edited instanceof Uint8Array ? edited : fileOf(edited));
    return undefined;
  } catch (error) {
    if (error instanceof QuorateError) return error.code;
    throw error;
  }
}

describe('a trace file', () => {
  it('holds every event with a digest that follows from all before it', () => {
    const digest = new TraceDigest();
    const { events, reader } = read(file);
    expect(reader.head).toEqual({ version: '1.2.3', nodes: 4, plan: { seed: 7 } });
    expect(events.length).toBe(lines.length - 2);
    for (const { number, line } of events) {
      digest.add(line);
      expect(lines[number + 1]).toBe(`{"number":${number},"event":${line},"digest":"${String(digest)}"}`);
    }
    expect(reader.traceDigest).toBe(String(digest));
  });

  it('is read in pieces of any length', () => {
    const { events } = read(file);
    for (const length of [1, 7, 64, 1000]) expect(read(file, length).events).toEqual(events);
  });

  it('is read from one buffer that is filled again and again', () => {
    const reader = new TraceReader();
    const buffer = Buffer.alloc(100);
    const seen: string[] = [];
    for (let at = 0; at < file.length; at += buffer.length) {
      const length = Buffer.from(file).copy(buffer, 0, at);
      for (const { line } of reader.push(buffer.subarray(0, length))) seen.push(line);
      buffer.fill(0);
    }
    reader.end();
    expect(seen).toEqual(read(file).events.map(({ line }) => line));
  });

  it('tells of each message which send it comes from, when it was duplicated and lost, too', () => {
    const { events } = read(file);
    const sends = events.filter(({ send }) => send !== undefined);
    const received = events.flatMap(({ event }) => (event.kind === 'receive' ? [event] : []));
    expect(received.length).toBeGreaterThan(sends.length);
    for (const { from, node, sent, message, tick } of received) {
      expect(sent === undefined).toBe(from === node);
      const origin = sent === undefined ? undefined : sends[sent]?.event;
      if (origin?.kind !== 'send') continue;
      expect(origin).toMatchObject({ node: from, message });
      expect(['all', node]).toContain(origin.to);
      expect(origin.tick).toBeLessThanOrEqual(tick);
    }
  });

  it('says what JSON cannot: bytes of any kind, big integers, numbers that are none, maps', () => {
    const value = {
      bytes: Uint8Array.of(1, 255),
      buffer: Buffer.from([1, 255]),
      big: 5n,
      none: NaN,
      endless: -Infinity,
      map: new Map([['a', 1]]),
      set: new Set([2]),
    };
    const event = { kind: 'input', tick: 0, node: 0, value } as unknown as SimulationEvent<unknown, unknown, unknown>;
    expect(JSON.parse(traceLine(event))).toMatchObject({
      value: { bytes: '01ff', buffer: '01ff', big: '5n', none: 'NaN', endless: '-Infinity', map: [['a', 1]], set: [2] },
    });
  });
});

describe('refused traces', () => {
  const edit = (at: number, from: string | RegExp, to: string): readonly string[] =>
    lines.with(at, lines.at(at)?.replace(from, to) ?? '');

  it.each([
    ['nothing', [], 'Q5030'],
    ['no JSON', ['hello'], 'Q5030'],
    ['a plan', ['{"schema":"quorate.plan/1"}'], 'Q5030'],
    ['bytes that are no text', Uint8Array.of(0xff, 0xfe, 10), 'Q5030'],
    ['another version', edit(0, 'trace/1', 'trace/2'), 'Q5031'],
    ['an edited head', edit(0, '"seed":7', '"seed":8'), 'Q5033'],
    [
      'a head nested deeper than any machine reads',
      [`{"schema":"quorate.trace/1","version":"","nodes":1,"plan":${'['.repeat(1e6)}${']'.repeat(1e6)},"digest":""}`],
      'Q5033',
    ],
    ['no foot', lines.slice(0, -1), 'Q5032'],
    ['a foot alone', lines.slice(-1), 'Q5030'],
    ['a head and a foot', [lines.at(0) ?? '', lines.at(-1) ?? ''], 'Q5032'],
    ['a line that was cut', file.subarray(0, file.length - 40), 'Q5032'],
    ['a line that is missing', lines.toSpliced(9, 1), 'Q5033'],
    ['two lines that changed places', lines.with(9, lines[10] ?? '').with(10, lines[9] ?? ''), 'Q5033'],
    ['a line twice', lines.toSpliced(9, 0, lines[9] ?? ''), 'Q5033'],
    ['an edited tick', edit(20, /"tick":(\d+)/, '"tick":1$1'), 'Q5033'],
    ['a blank more', edit(20, ',"event"', ', "event"'), 'Q5033'],
    ['an edited count', edit(-1, /"events":\d+/, '"events":3'), 'Q5033'],
    ['something behind the foot', [...lines, '{}'], 'Q5033'],
    ['half a line behind the foot', new Uint8Array([...file, 123]), 'Q5033'],
  ] as const)('%s', (_, edited, code) => {
    expect(refusal(edited)).toBe(code);
  });

  it.each([
    ['a node that is none', { kind: 'input', tick: 0, node: 4, value: 0 }],
    ['a tick before the last one', { kind: 'input', tick: -1, node: 0, value: 0 }],
    ['a tick that is no number', { kind: 'input', tick: 'now', node: 0, value: 0 }],
    ['a message from nowhere', { kind: 'receive', tick: 0, node: 0, from: 9, sent: 0, message: {} }],
    ['an answer to a send that never was', { kind: 'receive', tick: 0, node: 0, from: 1, sent: 0, message: {} }],
    ['a send to nobody', { kind: 'send', tick: 0, node: 0, to: 'both', message: {} }],
    ['a message of negative length', { kind: 'send', tick: 0, node: 0, to: 'all', message: {}, bytes: -5 }],
    ['a fault without a name', { kind: 'fault', tick: 0, node: 0, report: { peer: 1, fault: {} } }],
    ['a fault of nobody', { kind: 'fault', tick: 0, node: 0, report: { peer: 7, fault: { kind: 'x' } } }],
    ['a timer without a name', { kind: 'expire', tick: 0, node: 0 }],
    ['no event', 5],
  ])('%s, though its digests fit', (_, event) => {
    const forged: string[] = [];
    const writer = new TraceWriter({ version: '', nodes: 4, plan: {} }, (line) => forged.push(line));
    writer.add(JSON.stringify(event));
    writer.end();
    expect(refusal(forged)).toBe('Q5033');
  });

  it('a line longer than 16 MiB, without holding more than that of it', () => {
    const reader = new TraceReader();
    const piece = new Uint8Array(1_048_576).fill(32);
    let pieces = 0;
    const feed = (): void => {
      for (; pieces < 100; pieces++) for (const _ of reader.push(piece)) continue;
    };
    expect(feed).toThrow(expect.objectContaining({ code: 'Q5034' }));
    expect(pieces).toBe(maxLineBytes / piece.length);
  });

  it('a line that is too long to be read is not written', () => {
    const writer = new TraceWriter({ version: '', nodes: 4, plan: {} }, () => undefined);
    expect(() => writer.add(JSON.stringify('x'.repeat(maxLineBytes)))).toThrow(
      expect.objectContaining({ code: 'Q5034' }),
    );
  });

  it('any byte that is another one', () => {
    fc.assert(
      fc.property(fc.nat(file.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const edited = file.slice();
        edited[at] = (edited[at] ?? 0) ^ change;
        return refusal(edited)?.startsWith('Q503') === true;
      }),
      { numRuns: 300 },
    );
  });

  it('cut anywhere', () => {
    fc.assert(
      fc.property(fc.nat(file.length - 1), (length) =>
        ['Q5030', 'Q5032'].includes(refusal(file.subarray(0, length)) ?? ''),
      ),
      { numRuns: 300 },
    );
  });
});
