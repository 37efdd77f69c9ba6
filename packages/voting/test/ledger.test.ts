import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { codec, createGroup, mostValues, recordSchema, Refusal, type Batch, type LogRecord } from '@quorate/voting';
import { fileStorage } from '@quorate/transport/file-storage';
import { DecisionLog } from '../src/decision-log.js';
import { Ledger } from '../src/ledger.js';
import { maxAttempts, maxRound } from '../src/message.js';
import { Outbox } from '../src/outbox.js';
import { mostBytesOf } from '../src/record.js';

const group = createGroup({ nodes: 4 });

/** A ledger, and what stands on its disk. */
class Kept {
  readonly outbox = new Outbox();
  readonly log = new DecisionLog(group);
  readonly ledger: Ledger;
  readonly told: string[] = [];
  records: LogRecord[] = [];
  compactions = 0;

  constructor(keep: number, logBytes = 2 ** 27, records: readonly LogRecord[] = []) {
    this.ledger = new Ledger(this.log, this.outbox, { keep, logBytes });
    this.records.push(...records);
    this.ledger.restore(records);
    this.write();
  }

  /** Settles and decides the next round. */
  round(decision: Batch): void {
    this.ledger.settle({ kind: 'settled', round: this.log.last + 1, attempt: 1, decision });
    this.ledger.decide(decision, 1, 'agreement');
    this.write();
  }

  write(): void {
    for (const effect of this.outbox.take()) {
      if (effect.kind === 'persist') this.records.push(effect.record);
      if (effect.kind === 'compact') {
        this.compactions++;
        this.records = [...effect.records];
      }
      if (effect.kind === 'output' && effect.value.kind === 'decision')
        this.told.push(`${effect.value.round} ${effect.value.by}`);
    }
  }

  get bytes(): number {
    return this.records.reduce((sum, record) => sum + mostBytesOf(record), 0);
  }
}

const longest: Batch = Array.from({ length: mostValues }, () => Number.MIN_SAFE_INTEGER);

describe('the log on the disk', () => {
  it.each([1, 2, 5])('holds the last %i decisions always, and never 2 · keep and one more', (keep) => {
    const kept = new Kept(keep);
    for (let round = 1; round <= 20; round++) {
      kept.round([round]);
      const decided = kept.records.filter(({ kind }) => kind === 'decided').map(({ round: of }) => of);
      expect(decided).toEqual(Array.from({ length: decided.length }, (_, at) => round - decided.length + 1 + at));
      expect(decided.length).toBeGreaterThanOrEqual(Math.min(round, keep));
      expect(decided.length).toBeLessThanOrEqual(2 * keep);
      expect([kept.log.first, kept.log.last]).toEqual([decided[0], round]);
    }
    expect(kept.compactions).toBe(Math.floor((20 - keep) / (keep + 1)));
  });

  it('never takes more than it may, however large the batches are, and half of it is left when rounds are forgotten', () => {
    const most = 2 ** 16;
    const kept = new Kept(65_536, most);
    let peak = 0;
    for (let round = 1; round <= 60; round++) {
      const before = kept.compactions;
      kept.round(longest);
      peak = Math.max(peak, kept.bytes);
      expect(kept.bytes).toBeLessThanOrEqual(most);
      if (kept.compactions > before) expect(kept.log.last - kept.log.first + 1).toBeGreaterThanOrEqual(6);
    }
    expect(peak).toBeGreaterThan(most - 2 * mostBytesOf({ decision: longest }));
    expect(kept.log.last).toBe(60);
  });

  it('nor after a restart, nor when rounds are settled again and again and never decided', () => {
    const most = 2 ** 16;
    const first = new Kept(65_536, most);
    for (let round = 1; round <= 6; round++) first.round(longest);
    const next = new Kept(65_536, most, first.records);
    for (let attempt = 1; attempt <= 100; attempt++) {
      next.ledger.settle({ kind: 'settled', round: 7, attempt, decision: longest });
      next.write();
      expect(next.bytes).toBeLessThanOrEqual(most);
    }
    expect(next.told).toEqual([1, 2, 3, 4, 5, 6].map((round) => `${round} log`));
    const last = new Kept(65_536, most, next.records);
    expect([last.log.last, last.log.settled?.attempt]).toEqual([6, 100]);
  });

  it('what was settled outlives that rounds before it are forgotten, and comes before its decision', () => {
    const most = 2 ** 16;
    const kept = new Kept(1, most);
    for (let round = 1; round <= 12; round++) {
      kept.ledger.settle({ kind: 'settled', round, attempt: 1, decision: longest });
      kept.write();
      const next = new Kept(1, most, kept.records);
      expect([next.log.last, next.log.settled?.round]).toEqual([round - 1, round]);
      kept.ledger.decide(longest, 1, 'agreement');
      kept.write();
    }
  });

  it('tells each decision once, and what it had decided before as from the log', () => {
    const first = new Kept(2);
    for (let round = 1; round <= 3; round++) first.round([round]);
    expect(first.told).toEqual(['1 agreement', '2 agreement', '3 agreement']);
    expect(new Kept(2, 2 ** 27, first.records).told).toEqual(['1 log', '2 log', '3 log']);
  });
});

describe('what a record takes', () => {
  const wire = codec(recordSchema);

  it.each<LogRecord>([
    { kind: 'settled', round: maxRound, attempt: maxAttempts, decision: longest },
    { kind: 'settled', round: maxRound, attempt: maxAttempts, decision: undefined },
    { kind: 'decided', round: maxRound, decision: longest },
    { kind: 'decided', round: maxRound, decision: [] },
  ])('$kind: no more than is reckoned', (record) => {
    // As a file lays it out: 20 bytes before each record, and up to 7 behind it.
    expect(wire.encode(record).length + 27).toBeLessThanOrEqual(mostBytesOf(record));
  });

  it('a file of that length is long enough for the longest log, and its records are what the next life finds', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'quorate-ledger-'));
    try {
      const most = 2 ** 16;
      const open = (): ReturnType<typeof fileStorage> =>
        fileStorage({ path: join(folder, 'log'), identity: 'test', maxLogBytes: most + 512 });
      const storage = open();
      await storage.open();
      const kept = new Kept(65_536, most);
      for (let round = 1; round <= 20; round++) {
        kept.ledger.settle({ kind: 'settled', round, attempt: 1, decision: longest });
        kept.ledger.decide(longest, 1, 'agreement');
        for (const effect of kept.outbox.take()) {
          if (effect.kind === 'persist') await storage.append([wire.encode(effect.record)]);
          if (effect.kind === 'compact') await storage.compact(effect.records.map((record) => wire.encode(record)));
        }
      }
      await storage.close();
      const again = open();
      const { records } = await again.open();
      await again.close();
      const found = records.map((bytes) => wire.decode(bytes)).flatMap((one) => (one instanceof Refusal ? [] : [one]));
      expect(found).toHaveLength(records.length);
      const next = new DecisionLog(group);
      next.restore(found);
      expect([next.first, next.last]).toEqual([kept.log.first, 20]);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
