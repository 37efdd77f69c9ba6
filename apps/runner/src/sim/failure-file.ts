/** A failure on disk: a plan, edits included, that runs the same again wherever it is read. */
import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunPlan } from '@quorate/simulation';
import { createGroup, nodeId } from '@quorate/transport';
import { QuorateError } from '@quorate/serialization';
import * as v from 'valibot';
import { readBounded } from '../bounded-file.js';
import type { ProtocolEntry } from '../protocols/protocol.js';
import { reasonOf } from '../reason.js';
import { shown } from '../suggest.js';
import { planSchema } from './plan-schema.js';
import { checkSize } from './size.js';
import { subjectOf } from './subjects.js';

/** Where failures are written. */
const folder = '.quorate';
/** The longest plan that is read, in bytes. */
const maxPlanBytes = 67_108_864;

/** Writes the plan; answers the path. Throws Q9018 where nothing can be written. */
export async function writeFailure(plan: RunPlan): Promise<string> {
  const text = `${JSON.stringify(plan, undefined, 2)}\n`;
  // Small failures often have the same small seed: the digest keeps one from taking the place of another.
  const name = [plan.subject, plan.settings?.['broadcast'] ?? [], 'seed', plan.seed, digestOf(text)].flat();
  const path = join(folder, `${name.join('-')}.json`);
  try {
    await mkdir(folder, { recursive: true });
    await writeFile(path, text);
  } catch (error) {
    const hint = 'run the campaign where files can be written';
    throw new QuorateError('Q9018', `${path} cannot be written (${reasonOf(error)})`, hint, { cause: error });
  }
  return path;
}

const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 8);

/** Reads a plan. Throws Q9018 when the file is none, Q1001–Q1003 on a group that is none, Q9020 on one that is too large. */
export async function readFailure(path: string): Promise<RunPlan> {
  return checkedPlan(path, parsed(path, await contents(path)));
}

/** The plan that stands in the file at `path`. Throws like {@link readFailure}. */
export async function checkedPlan(path: string, document: unknown): Promise<RunPlan> {
  const plan = v.safeParse(planSchema, document);
  if (!plan.success) {
    const [issue] = plan.issues;
    throw notAsWritten(path, `${v.getDotPath(issue) ?? 'the document'}: ${issue.message}`);
  }
  const { nodes, faulty, unsafe, faults, senders } = plan.output;
  const group = createGroup({ nodes, faulty, unsafe });
  const liars = faults.map(({ node }) => node);
  for (const node of [...liars, ...senders]) nodeId(group, node);
  const twice = liars.find((node, at) => liars.indexOf(node) !== at);
  if (twice !== undefined) throw notAsWritten(path, `faults: node ${twice} has two behaviours`);
  // The schema has checked every field; ids are plain numbers in JSON.
  const read = plan.output as unknown as RunPlan;
  const { entry, stack } = await subjectOf(read);
  const unknown = Object.keys(read.settings ?? {}).find((name) => !takes(entry, name));
  if (unknown !== undefined) throw notAsWritten(path, `settings: ${entry.name} has no ${shown(unknown)}`);
  entry.check?.(group, stack.options, unsafe);
  const cost = entry.compose(stack, ({ simulated }) => simulated.cost);
  checkSize({ ...read, payload: read.payload ?? 0, senders: senders.length, cost });
  return read;
}

const takes = ({ broadcast, defaults }: ProtocolEntry, setting: string): boolean =>
  setting === 'broadcast' ? broadcast !== 'none' : Object.hasOwn(defaults, setting);

const notAsWritten = (path: string, why: string): QuorateError =>
  new QuorateError(
    'Q9018',
    `${shown(path)} is no plan of this version: ${why}`,
    'run the campaign again, with the version that replays it',
  );

async function contents(path: string): Promise<string> {
  let text: string | undefined;
  try {
    text = await readBounded(path, maxPlanBytes);
  } catch (error) {
    const hint = 'name a file that a failing `quorate sim`, or --trace, has written';
    throw new QuorateError('Q9018', `${shown(path)} cannot be read (${reasonOf(error)})`, hint, { cause: error });
  }
  if (text !== undefined) return text;
  throw new QuorateError(
    'Q9018',
    `${shown(path)} is longer than ${maxPlanBytes} bytes`,
    'name the file of one failure',
  );
}

function parsed(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const hint = 'name a file that a failing `quorate sim`, or --trace, has written';
    throw new QuorateError('Q9018', `${shown(path)} is no JSON (${reasonOf(error)})`, hint, { cause: error });
  }
}
