/** What a plan on disk may say. A file is input: every number has its range, and what stands in it beside is refused. */
import { million } from '@quorate/simulation';
import * as v from 'valibot';
import { faultEntries } from '../catalogue/faults.js';
import { runnableNames } from '../protocols/names.js';

const whole = (max: number, min = 0): v.GenericSchema<number> =>
  v.pipe(v.number(), v.safeInteger(), v.minValue(min), v.maxValue(max));
/** Whether the group has such a node is asked when it is made. */
const node = whole(255);
const tick = whole(1_000_000_000);
const round = whole(1_000_000);
const hindrance = { from: tick, to: tick };
const delays = { min: tick, max: tick };

const fault = v.strictObject({
  node,
  // What the lies of a fuzzed node are stands in the plan itself.
  behaviour: v.picklist([...faultEntries.map(({ name }) => name), 'fuzz']),
  when: v.optional(v.strictObject({ kind: v.picklist(['ticks', 'events']), after: tick })),
});

const network = v.strictObject({
  latency: v.optional(v.strictObject({ ...delays, shape: v.optional(v.picklist(['uniform', 'bimodal', 'tail'])) })),
  loss: v.optional(whole(million - 1)),
  duplication: v.optional(whole(million - 1)),
  partitions: v.optional(v.array(v.strictObject({ sides: v.array(v.array(node)), ...hindrance }))),
  cuts: v.optional(v.array(v.strictObject({ source: node, target: node, ...hindrance }))),
  slow: v.optional(v.array(v.tuple([node, tick]))),
  starve: v.optional(v.array(v.strictObject({ receiver: node, senders: v.array(node) }))),
  heldBack: v.optional(v.array(v.string())),
  lossy: v.optional(v.boolean()),
  ordered: v.optional(v.boolean()),
});

const restart = v.strictObject({
  node,
  at: tick,
  down: tick,
  disk: v.optional(v.union([v.picklist(['kept', 'lost']), v.strictObject({ cutAt: whole(2 ** 40) })])),
});

const fuzz = v.strictObject({
  drops: v.array(v.strictObject({ round, from: node, to: node })),
  lies: v.array(
    v.strictObject({
      round,
      node,
      to: v.array(node),
      change: v.picklist(['more', 'less', 'old', 'omit', 'other']),
      place: whole(1_000_000),
    }),
  ),
  until: tick,
});

const twins = v.strictObject({
  identities: v.array(node),
  // A process is a node, or the second copy of one.
  rounds: v.array(v.array(v.array(whole(511)))),
  differ: v.boolean(),
  until: tick,
});

const scheduled = v.variant('kind', [
  v.strictObject({ kind: v.literal('delivery'), from: node, to: node, ordinal: whole(2 ** 31) }),
  v.strictObject({ kind: v.literal('expiry'), node, timer: v.string() }),
  v.strictObject({ kind: v.literal('write'), node, ordinal: whole(2 ** 31) }),
  v.strictObject({ kind: v.literal('action'), ordinal: whole(2 ** 31) }),
]);

const schema = v.strictObject({
  schema: v.literal('quorate.plan/1'),
  subject: v.picklist(runnableNames),
  settings: v.optional(v.record(v.string(), v.union([v.string(), v.number()]))),
  nodes: whole(256),
  faulty: whole(255),
  unsafe: v.boolean(),
  seed: whole(4_294_967_295),
  faults: v.array(fault),
  network,
  restarts: v.optional(v.array(restart)),
  clocks: v.optional(v.array(v.tuple([node, whole(1_000_000, 1)]))),
  disk: v.optional(v.strictObject({ latency: v.optional(v.strictObject(delays)), torn: v.optional(v.boolean()) })),
  heal: v.optional(tick),
  fuzz: v.optional(fuzz),
  twins: v.optional(twins),
  junk: v.optional(whole(20_000)),
  count: whole(1_000_000),
  senders: v.array(node),
  payload: v.optional(whole(1_048_576)),
  schedule: v.optional(v.array(scheduled)),
});

/** What has yet to be checked against each other: ids are plain numbers here. */
export interface PlanFields {
  readonly nodes: number;
  readonly faulty: number;
  readonly unsafe: boolean;
  readonly faults: readonly { readonly node: number }[];
  readonly senders: readonly number[];
}

/** A plan, as far as one field can be judged without the others. */
export const planSchema: v.GenericSchema<unknown, PlanFields> = schema;
