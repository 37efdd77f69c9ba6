import { extname } from 'node:path';
import { QuorateError } from '@quorate/serialization';
import { readBounded } from './bounded-file.js';
import { reasonOf } from './reason.js';
import { settingsOf } from './settings.js';
import { shown, suggestion } from './suggest.js';

/** A configuration file's keys, all of them names of settings, with values as the file spells them. */
export interface ConfigurationFile {
  readonly path: string;
  readonly values: ReadonlyMap<string, unknown>;
}

/** Longest configuration file, in bytes. */
const maxFileBytes = 1_048_576;

/** Reads a TOML or JSON file of settings. Throws Q9008. */
export async function readConfigurationFile(path: string): Promise<ConfigurationFile> {
  const values = await parsed(path, await contents(path));
  const names = settingsOf.all.map((setting) => setting.name).filter((name) => name !== 'config');
  for (const key of values.keys()) {
    if (!names.includes(key)) {
      const hint = suggestion(key, names, 'keys are named like the flags, without dashes in front');
      throw new QuorateError('Q9008', `${path} holds the unknown key ${shown(key)}`, hint);
    }
  }
  return { path, values };
}

/** Whether a file says `json = true`. One that cannot be read, or holds no table, says nothing; what is wrong with it is told elsewhere. */
export async function fileAsksForJson(path: string): Promise<boolean> {
  try {
    const said = (await parsed(path, await contents(path))).get('json');
    return said === true || ['true', '1', 'yes'].includes(String(said));
  } catch {
    return false;
  }
}

async function contents(path: string): Promise<string> {
  let text: string | undefined;
  try {
    text = await readBounded(path, maxFileBytes);
  } catch (error) {
    const hint = 'name a .toml or .json file that exists';
    throw new QuorateError('Q9008', `${path} cannot be read (${reasonOf(error)})`, hint, { cause: error });
  }
  if (text !== undefined) return text;
  throw new QuorateError('Q9008', `${path} is too long`, `a configuration file has at most ${maxFileBytes} bytes`);
}

async function parsed(path: string, text: string): Promise<ReadonlyMap<string, unknown>> {
  const kind = extname(path).toLowerCase();
  if (kind !== '.toml' && kind !== '.json') {
    throw new QuorateError('Q9008', `${path} is neither .toml nor .json`, 'name the file after what it holds');
  }
  const table = await parse(kind, path, text);
  if (typeof table !== 'object' || table === null || Array.isArray(table)) {
    throw new QuorateError('Q9008', `${path} does not hold a table of settings`, 'see `quorate explain Q9008`');
  }
  return new Map(Object.entries(table));
}

async function parse(kind: '.toml' | '.json', path: string, text: string): Promise<unknown> {
  try {
    if (kind === '.json') return JSON.parse(text);
    const toml = await import('smol-toml');
    return toml.parse(text);
  } catch (error) {
    const hint = 'see `quorate explain Q9008` for an example';
    throw new QuorateError('Q9008', `${path} cannot be parsed: ${reasonOf(error)}`, hint, { cause: error });
  }
}
