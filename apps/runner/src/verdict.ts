/**
 * Whether a run kept its promises, judged from outside: nothing but what the correct nodes delivered counts, never what a
 * protocol thinks of itself. The properties are those of reliable broadcast and of reliable links, by their usual names.
 *
 * Safety holds at every moment, so that a violation is final. Liveness is about the end: what has not come while
 * something is still on its way is not violated yet, but undecided.
 */
import { judgementOf, type Ending, type Judgement, type Violation } from './judgement.js';
import type { LogRecord, SenderRecord } from './run/delivery-log.js';

/** What is judged. */
export interface Evidence {
  readonly promises: readonly { readonly key: string; readonly kind: 'safety' | 'liveness' }[];
  /** Whether promises are about what correct nodes send alone, as those of links are: what a liar sends is its own affair. */
  readonly ofCorrectSendersOnly: boolean;
  readonly ending: Ending;
  /** Values that each sender was given. */
  readonly count: number;
  readonly senders: readonly number[];
  /** The reports of the correct nodes, all of them, in order. */
  readonly reports: readonly Told[];
}

/** What one node delivered. */
interface Told {
  readonly node: number;
  readonly log: LogRecord;
}

/** Compares what the correct nodes delivered with what was promised. */
export function judge(evidence: Evidence): Judgement {
  const found = evidence.promises.flatMap(({ key, kind }): readonly Violation[] => {
    const event = checks[key]?.(evidence);
    return event === undefined ? [] : [{ property: key, kind, ...event }];
  });
  const unseen = evidence.reports.some(({ log }) => log.unrecorded > 0);
  return judgementOf(evidence.promises, found, { ending: evidence.ending, unseen });
}

/** An event that breaks a promise, or none. */
type Check = (
  evidence: Evidence,
) => { readonly sender: number; readonly sequence: number; readonly detail: string } | undefined;

const checks: Readonly<Record<string, Check>> = {
  validity: checkValidity,
  noDuplication: checkNoDuplication,
  integrity: checkIntegrity,
  order: checkOrder,
  agreement: checkAgreement,
  totality: checkTotality,
};

/** RBC1: what a correct sender broadcasts, every correct node delivers. */
function checkValidity({ reports, senders, count }: Evidence): ReturnType<Check> {
  for (const sender of correctSenders(reports, senders)) {
    for (const { node, log } of reports) {
      const sequence = log.senders[sender]?.contiguous ?? 0;
      if (sequence < count)
        return { sender, sequence, detail: `node ${node} never delivered number ${sequence} of node ${sender}` };
    }
  }
  return undefined;
}

/** RBC2: at most one delivery under a number. */
function checkNoDuplication(evidence: Evidence): ReturnType<Check> {
  for (const { node, log } of evidence.reports) {
    for (const sender of judgedSenders(evidence)) {
      const sequence = log.senders[sender]?.firstDuplicate;
      if (sequence === undefined) continue;
      return { sender, sequence, detail: `node ${node} delivered number ${sequence} of node ${sender} twice` };
    }
  }
  return undefined;
}

/** RBC3: what is delivered of a correct sender, that sender broadcast. */
function checkIntegrity({ reports, senders, count }: Evidence): ReturnType<Check> {
  for (const { node: sender } of reports) {
    const broadcast = senders.includes(sender) ? count : 0;
    for (const { node, log } of reports) {
      const record = log.senders[sender];
      const sequence = record === undefined ? undefined : firstNotBroadcast(record, broadcast);
      if (sequence === undefined) continue;
      return {
        sender,
        sequence,
        detail: `node ${node} delivered as number ${sequence} of node ${sender} what that node never broadcast`,
      };
    }
  }
  return undefined;
}

function firstNotBroadcast(record: SenderRecord, broadcast: number): number | undefined {
  const [altered] = record.deviating;
  if (altered !== undefined) return altered;
  if (record.contiguous > broadcast) return broadcast;
  return record.beyond.find((sequence) => sequence >= broadcast);
}

/** Links are first in, first out. */
function checkOrder(evidence: Evidence): ReturnType<Check> {
  for (const { node, log } of evidence.reports) {
    for (const sender of judgedSenders(evidence)) {
      const sequence = log.senders[sender]?.firstOutOfOrder;
      if (sequence === undefined) continue;
      return { sender, sequence, detail: `node ${node} got number ${sequence} of node ${sender} after a later one` };
    }
  }
  return undefined;
}

/** RBC4: no two correct nodes deliver different payloads under one number. */
function checkAgreement({ reports }: Evidence): ReturnType<Check> {
  const nodes = reports[0]?.log.senders.length ?? 0;
  for (let sender = 0; sender < nodes; sender++) {
    const records = reports.flatMap(({ node, log }) => {
      const record = log.senders[sender];
      return record === undefined ? [] : [{ node, has: membership(record), digests: digestsOf(record) }];
    });
    const suspects = [...new Set(records.flatMap(({ digests }) => [...digests.keys()]))].toSorted((a, b) => a - b);
    for (const sequence of suspects) {
      const holders = records.filter(({ has }) => has(sequence));
      const first = holders[0];
      const other = holders.find(({ digests }) => digests.get(sequence) !== first?.digests.get(sequence));
      if (first === undefined || other === undefined) continue;
      const detail = `nodes ${first.node} and ${other.node} delivered different payloads as number ${sequence} of node ${sender}`;
      return { sender, sequence, detail };
    }
  }
  return undefined;
}

/** RBC5: what one correct node delivers, all do. */
function checkTotality({ reports }: Evidence): ReturnType<Check> {
  const nodes = reports[0]?.log.senders.length ?? 0;
  for (let sender = 0; sender < nodes; sender++) {
    const records = reports.map(({ node, log }) => ({ node, record: log.senders[sender] ?? nothing }));
    for (const { node, record } of records) {
      for (const other of records) {
        const sequence = firstMissing(record, other.record);
        if (sequence === undefined) continue;
        const detail = `node ${node} delivered number ${sequence} of node ${sender}, node ${other.node} never did`;
        return { sender, sequence, detail };
      }
    }
  }
  return undefined;
}

/** The first number that one node delivered and the other did not. */
function firstMissing(one: SenderRecord, other: SenderRecord): number | undefined {
  const beyond = new Set(other.beyond);
  for (let sequence = other.contiguous; sequence < one.contiguous; sequence++) {
    if (!beyond.has(sequence)) return sequence;
  }
  return one.beyond.find((sequence) => sequence >= other.contiguous && !beyond.has(sequence));
}

function judgedSenders({ reports, ofCorrectSendersOnly }: Evidence): readonly number[] {
  if (ofCorrectSendersOnly) return reports.map(({ node }) => node);
  return Array.from({ length: reports[0]?.log.senders.length ?? 0 }, (_, sender) => sender);
}

const nothing: SenderRecord = {
  contiguous: 0,
  beyond: new Float64Array(),
  deviating: new Float64Array(),
  digests: new Uint8Array(),
  duplicates: 0,
  firstDuplicate: undefined,
  firstOutOfOrder: undefined,
};

const correctSenders = (reports: readonly Told[], senders: readonly number[]): readonly number[] =>
  reports.map(({ node }) => node).filter((node) => senders.includes(node));

function membership(record: SenderRecord): (sequence: number) => boolean {
  const beyond = new Set(record.beyond);
  return (sequence) => sequence < record.contiguous || beyond.has(sequence);
}

/** Deviating sequences to the digests of what was delivered; all others are the value that the sender was given. */
function digestsOf(record: SenderRecord): ReadonlyMap<number, string> {
  const entries = [...record.deviating].map((sequence, place): [number, string] => {
    const digest = record.digests.subarray(place * 32, place * 32 + 32);
    return [sequence, Buffer.from(digest).toString('hex')];
  });
  return new Map(entries);
}
