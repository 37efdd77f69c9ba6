/** A failure on disk: a plan, edits included, that runs the same again wherever it is read. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { behaviours, million, type RunPlan } from '@quorate/simulation';
import { createGroup } from '@quorate/transport';
import { QuorateError } from '@quorate/serialization';
import * as v from 'valibot';
import { broadcasts } from '../catalogue/broadcasts.js';
import { shown } from '../suggest.js';

/** Where failures are written. */
const folder = '.quorate';

/** Writes the plan; answers the path. */
export async function writeFailure(plan: RunPlan): Promise<string> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, `${plan.subject}-seed-${plan.seed}.json`);
  await writeFile(path, `${JSON.stringify(plan, undefined, 2)}\n`);
  return path;
}

/** Reads a plan. Throws Q9018 when the file is none, Q1001–Q1003 on a group that is none. */
export async function readFailure(path: string): Promise<RunPlan> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch {
    throw new QuorateError(
      'Q9018',
      `${shown(path)} cannot be read`,
      'name a file that a failing `quorate sim` has written',
    );
  }
  const plan = v.safeParse(planSchema, parsed(text));
  if (!plan.success) {
    const [issue] = plan.issues;
    const where = v.getDotPath(issue) ?? 'the document';
    throw new QuorateError(
      'Q9018',
      `${shown(path)} is no plan of this version: ${where}: ${issue.message}`,
      'run the campaign again',
    );
  }
  const { nodes, faulty, unsafe, faults, senders } = plan.output;
  createGroup({ nodes, faulty, unsafe });
  for (const node of [...faults.map((fault) => fault.node), ...senders]) {
    if (node >= nodes) throw new QuorateError('Q1002', `there is no node ${node} in a group of ${nodes}`);
  }
  // The schema has checked every field; ids are plain numbers in JSON.
  return plan.output as unknown as RunPlan;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const whole = (max: number): v.GenericSchema<number> =>
  v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(max));
const node = whole(255);
const tick = whole(1_000_000_000);
const hindrance = { from: tick, to: tick };

const planSchema = v.strictObject({
  schema: v.literal('quorate.plan/1'),
  subject: v.picklist(broadcasts.map(({ name }) => name)),
  nodes: whole(256),
  faulty: whole(255),
  unsafe: v.boolean(),
  seed: whole(4_294_967_295),
  faults: v.array(
    v.strictObject({
      node,
      behaviour: v.picklist([...behaviours.keys()]),
      when: v.optional(v.strictObject({ kind: v.picklist(['ticks', 'events']), after: tick })),
    }),
  ),
  network: v.strictObject({
    latency: v.optional(v.strictObject({ min: tick, max: tick })),
    loss: v.optional(whole(million - 1)),
    duplication: v.optional(whole(million - 1)),
    partitions: v.optional(v.array(v.strictObject({ sides: v.array(v.array(node)), ...hindrance }))),
    cuts: v.optional(v.array(v.strictObject({ source: node, target: node, ...hindrance }))),
    slow: v.optional(v.array(v.tuple([node, tick]))),
    lossy: v.optional(v.boolean()),
    ordered: v.optional(v.boolean()),
  }),
  count: whole(1_000_000),
  senders: v.array(node),
  payload: v.optional(whole(1_048_576)),
  schedule: v.optional(
    v.array(
      v.variant('kind', [
        v.strictObject({ kind: v.literal('delivery'), from: node, to: node, ordinal: whole(2 ** 31) }),
        v.strictObject({ kind: v.literal('expiry'), node, timer: v.string() }),
      ]),
    ),
  ),
});
