/** What the JSON documents hold, written down a second time: a change here is a change of the contract. */
import * as v from 'valibot';
import { runnableNames } from '../src/protocols/names.js';

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const amount = v.pipe(v.number(), v.finite(), v.minValue(0));
const sha256 = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));
const held = v.nullable(v.boolean());
const verdict = v.picklist(['valid', 'violated', 'undecided']);
const replay = v.pipe(v.string(), v.startsWith('npx quorate '));

export const runDocument = v.strictObject({
  schema: v.literal('quorate.run/1'),
  protocol: v.picklist(runnableNames),
  broadcast: v.optional(v.picklist(['bracha', 'best-effort'])),
  n: count,
  f: count,
  seed: count,
  faults: v.array(v.pipe(v.string(), v.regex(/^\d+:[a-z-]+(@\d+ms)?$/))),
  senders: v.array(count),
  count,
  input: v.optional(v.strictObject({ path: v.string(), bytes: count, values: count, sha256 })),
  ending: v.picklist(['quiet', 'timeout', 'interrupted']),
  verdict,
  properties: v.record(v.string(), held),
  violations: v.array(
    v.strictObject({
      property: v.string(),
      kind: v.picklist(['safety', 'liveness']),
      sender: v.optional(count),
      sequence: v.optional(count),
      detail: v.string(),
    }),
  ),
  outputs: v.record(
    v.pipe(v.string(), v.regex(/^\d+$/)),
    v.strictObject({
      count,
      sha256,
      points: v.optional(v.array(v.array(v.array(v.number())))),
      decisions: v.optional(v.array(v.array(v.number()))),
    }),
  ),
  suspicions: v.array(
    v.strictObject({
      peer: count,
      kind: v.string(),
      certainty: v.picklist(['proof', 'suspicion']),
      by: v.pipe(v.array(count), v.nonEmpty()),
      count,
    }),
  ),
  metrics: v.strictObject({
    seconds: amount,
    messages: count,
    bytes: count,
    deliveries: count,
    deliveriesPerSecond: amount,
    latencyMs: v.nullable(v.strictObject({ p50: amount, p99: amount })),
    rssBytesPerNode: count,
  }),
  replay,
});

export const benchDocument = v.strictObject({
  schema: v.literal('quorate.bench/1'),
  protocol: v.string(),
  n: count,
  f: count,
  payload: count,
  seconds: amount,
  runs: count,
  seed: count,
  faults: v.array(v.string()),
  operation: v.string(),
  verdict,
  properties: v.strictObject({
    agreement: v.optional(held),
    totality: v.optional(held),
    termination: v.optional(held),
  }),
  metrics: v.strictObject({
    seconds: v.optional(amount),
    messages: v.optional(count),
    bytes: v.optional(count),
    deliveries: v.optional(count),
    deliveriesPerSecond: v.optional(amount),
    opsPerSecond: amount,
    spread: amount,
    opsPerSecondByRun: v.array(amount),
    baseline: v.strictObject({ name: v.string(), opsPerSecond: amount, ratio: amount }),
    messagesPerOp: v.optional(amount),
    messagesPerOpExpected: v.optional(count),
    messagesFormula: v.optional(v.string()),
    wireBytesPerOp: v.optional(amount),
    cpuCores: v.optional(amount),
    latencyMs: v.optional(v.strictObject({ p50: amount, p99: amount })),
    rssBytesPerNode: v.optional(count),
    memory: v.optional(v.strictObject({ rssFirst: amount, rssLast: amount, heapFirst: amount, heapLast: amount })),
    details: v.optional(v.record(v.string(), v.union([v.number(), v.string()]))),
  }),
  gates: v.array(v.strictObject({ gate: v.string(), passed: v.boolean(), measured: v.nullable(v.number()) })),
  machine: v.strictObject({ node: v.string(), cores: count }),
  replay,
});

export const errorDocument = v.strictObject({
  schema: v.literal('quorate.error/1'),
  code: v.pipe(v.string(), v.regex(/^Q\d{4}$/)),
  message: v.pipe(v.string(), v.nonEmpty()),
  hint: v.string(),
  exitStatus: count,
});

/** Standard output as the one document that it must be. */
export const parsed = <T>(schema: v.GenericSchema<unknown, T>, out: string): T => v.parse(schema, JSON.parse(out));
