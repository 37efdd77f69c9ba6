/**
 * `--log DIR`: a log for each node, and beside them the settings that they belong to. A group goes on from them as long as the settings are
 * the same: the values that its nodes propose follow from the seed and the round.
 */
import { existsSync } from 'node:fs';
import { open, readFile, readdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { codec, QuorateError, Refusal, type Storage, type StorageCut } from '@quorate/transport';
import { fileStorage, lockFile } from '@quorate/transport/file-storage';
import { recordSchema } from '@quorate/voting';
import * as v from 'valibot';
import { logFailure, onDisk } from '../../run/log-failure.js';
import { shown } from '../../suggest.js';
import type { Making, Resumed, Resuming } from '../protocol.js';
import { voteOptions, type VoteOptions } from './options.js';

const settingsFile = 'vote.json';
const logFile = (node: number): string => `node-${node}.log`;
const isLog = (name: string): boolean => /^node-\d+\.log$/.test(name);

const whole = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

const settingsSchema = v.strictObject({
  schema: v.literal('quorate.vote-log/1'),
  nodes: whole,
  faulty: whole,
  seed: whole,
  quorum: v.picklist(['kings', 'majority']),
  retries: whole,
  batch: whole,
  /** `null`: values follow from the seed. */
  propose: v.nullable(whole),
  /** Nodes whose logs were gone, until they have decided this round: they may have spoken about it before. */
  lost: v.array(v.strictObject({ node: whole, until: whole })),
});

type Settings = v.InferOutput<typeof settingsSchema>;

/** The log of a node, in the directory of its group. */
export function nodeStorage(
  directory: string,
  { group, self, seed }: Pick<Making, 'group' | 'self'> & { readonly seed: number },
): Storage {
  const identity = `quorate vote: node ${self} of ${group.n}, f ${group.f}, seed ${seed}`;
  return fileStorage({ path: join(directory, logFile(self)), identity });
}

/**
 * What a run of these settings goes on from; the directory is its own until it is released. Throws Q9041 when the directory belongs to other votes, Q9042
 * when another run has it, a log cannot be used, or it cannot be written.
 */
export async function resumed(run: Resuming): Promise<Resumed> {
  const { log: directory, ...rest } = voteOptions(run.options);
  if (directory === undefined) return { seed: run.seed, lost: [] };
  const release = await onDisk(directory, () => lockFile(join(directory, settingsFile)));
  try {
    return { ...(await resumedIn(directory, rest, run)), release };
  } catch (error) {
    await release();
    throw error;
  }
}

async function resumedIn(
  directory: string,
  rest: Omit<VoteOptions, 'log'>,
  { group, seed, seedGiven }: Resuming,
): Promise<Resumed> {
  const asked = settingsOf({ group, seed }, rest);
  const before = await settingsIn(directory);
  if (before === undefined) {
    await write(directory, asked);
    return { seed, lost: [] };
  }
  const settings = seedGiven ? asked : { ...asked, seed: before.seed };
  compare(directory, settings, before);
  const found = await logsIn(directory, { group, seed: before.seed });
  const lost = lostNodes(
    found.map((log) => log?.decided),
    before.lost,
  );
  await write(directory, { ...settings, lost: [...lost] });
  const notes = found.flatMap((log, node) => (log?.cut === undefined ? [] : [cutNote(node, log.cut)]));
  return { seed: before.seed, lost: lost.map(({ node }) => node), notes };
}

function settingsOf(
  { group, seed }: Pick<Resuming, 'group' | 'seed'>,
  { quorum, retries, batch, propose }: Omit<VoteOptions, 'log'>,
): Settings {
  const { n: nodes, f: faulty } = group;
  const schema = 'quorate.vote-log/1';
  return { schema, nodes, faulty, seed, quorum, retries, batch, propose: propose ?? null, lost: [] };
}

/** Throws Q9041 when one of them differs. */
function compare(directory: string, asked: Settings, before: Settings): void {
  for (const name of ['nodes', 'faulty', 'seed', 'quorum', 'retries', 'batch', 'propose'] as const) {
    if (asked[name] === before[name]) continue;
    const there = before[name] ?? 'random values';
    throw new QuorateError(
      'Q9041',
      `${shown(directory)} is the log of other votes: ${name} ${there}, not ${asked[name] ?? 'random values'}`,
      before[name] === null
        ? `leave --${name} away, or name another directory`
        : `use --${name} ${there}, or another directory`,
    );
  }
}

/** The settings of a directory that has some. Throws Q9041 or Q9042. */
async function settingsIn(directory: string): Promise<Settings | undefined> {
  const names = await onDisk(directory, () => readdir(directory));
  if (!names.includes(settingsFile)) {
    if (!names.some(isLog)) return undefined;
    const hint = 'name another directory: what these logs belong to is not known';
    throw new QuorateError('Q9041', `${shown(directory)} holds logs and no ${settingsFile}`, hint);
  }
  const text = await onDisk(directory, () => readFile(join(directory, settingsFile), 'utf8'));
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), settingsSchema), text);
  if (parsed.success) return parsed.output;
  const what = `${shown(join(directory, settingsFile))} is not of this version of the command`;
  throw new QuorateError('Q9041', what, 'use the version that wrote it, or another directory');
}

/** What stands in a node's log. */
interface FoundLog {
  /** The last round that it has decided. */
  readonly decided: number;
  readonly cut: StorageCut | undefined;
}

const cutNote = (node: number, { records, bytes }: StorageCut): string =>
  `the log of node ${node} was cut behind record ${records}: ${bytes} bytes that were no whole record, as a crash leaves them that comes while they are written`;

/** The log of each node; undefined where it has none. Throws Q9042. */
async function logsIn(
  directory: string,
  { group, seed }: Pick<Resuming, 'group' | 'seed'>,
): Promise<readonly (FoundLog | undefined)[]> {
  const found: (FoundLog | undefined)[] = [];
  for (let node = 0; node < group.n; node++) {
    if (!existsSync(join(directory, logFile(node)))) {
      found.push(undefined);
      continue;
    }
    const self = node as Making['self'];
    found.push(await logIn(nodeStorage(directory, { group, self, seed }), node));
  }
  return found;
}

async function logIn(storage: Storage, node: number): Promise<FoundLog> {
  try {
    const { records, cut } = await storage.open();
    const wire = codec(recordSchema);
    for (const bytes of records.toReversed()) {
      const record = wire.decode(bytes);
      if (!(record instanceof Refusal) && record.kind === 'decided') return { decided: record.round, cut };
    }
    return { decided: 0, cut };
  } catch (error) {
    throw logFailure(node, error) ?? error;
  } finally {
    await storage.close();
  }
}

/** Who has no log where others have decided something has lost it, and who had lost it counts so until it cannot contradict itself any more. */
function lostNodes(decided: readonly (number | undefined)[], before: Settings['lost']): Settings['lost'] {
  const furthest = Math.max(0, ...decided.map((round) => round ?? 0));
  if (furthest === 0) return [];
  return decided.flatMap((round, node) => {
    const until = before.find((one) => one.node === node)?.until;
    if (round === undefined) return [{ node, until: furthest + 1 }];
    return until === undefined || round >= until ? [] : [{ node, until }];
  });
}

/** Whole or not at all. */
async function write(directory: string, settings: Settings): Promise<void> {
  const path = join(directory, settingsFile);
  await onDisk(directory, async () => {
    const file = await open(`${path}.new`, 'w');
    try {
      await file.writeFile(`${JSON.stringify(settings, undefined, 2)}\n`);
      await file.datasync();
    } finally {
      await file.close();
    }
    await rename(`${path}.new`, path);
    const folder = await open(directory, 'r');
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  });
}
