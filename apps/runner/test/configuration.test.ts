import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { QuorateError } from '@quorate/serialization';
import { configure, originText } from '../src/configuration.js';
import { settingsOf } from '../src/settings.js';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'quorate-configuration-'));
});
afterAll(() => rm(directory, { recursive: true }));

const file = async (name: string, text: string): Promise<string> => {
  const path = join(directory, name);
  await writeFile(path, text);
  return path;
};

const configured = (flags: Record<string, unknown>, environment: Record<string, string> = {}) =>
  configure(settingsOf.all, { flags, environment });

const refusal = async (flags: Record<string, unknown>, environment: Record<string, string> = {}) => {
  const error: unknown = await configured(flags, environment).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof QuorateError)) throw new Error('nothing was refused');
  return error;
};

describe('precedence', () => {
  it('takes the flag before the environment, the environment before the file, the file before the default', async () => {
    const config = await file('all.toml', 'nodes = 5\ncount = 6\npayload = 7\n');
    const environment = { QUORATE_NODES: '8', QUORATE_COUNT: '9' };
    const configuration = await configured({ config, nodes: '10' }, environment);
    const seen = ['nodes', 'count', 'payload', 'timeout'].map((name) => [
      configuration.number(name),
      originText(configuration.origin(name)),
    ]);
    expect(seen).toEqual([
      [10, 'flag --nodes'],
      [9, 'environment QUORATE_COUNT'],
      [7, `file ${config}`],
      [10_000, 'default'],
    ]);
  });

  it('takes the name of the file from the environment too', async () => {
    const config = await file('environment.json', '{"nodes": 13, "fault": ["1:silent", "2:flood"], "json": true}');
    const configuration = await configured({}, { QUORATE_CONFIG: config });
    expect(configuration.number('nodes')).toBe(13);
    expect(configuration.texts('fault')).toEqual(['1:silent', '2:flood']);
    expect(configuration.switch('json')).toBe(true);
  });

  it('treats an empty variable as unset, splits lists at commas and reads switches', async () => {
    const environment = {
      QUORATE_NODES: '',
      QUORATE_FAULT: '1:silent, 2:flood',
      QUORATE_QUIET: 'yes',
      QUORATE_JSON: '0',
    };
    const configuration = await configured({}, environment);
    expect(configuration.number('nodes')).toBe(4);
    expect(configuration.texts('fault')).toEqual(['1:silent', '2:flood']);
    expect([configuration.switch('quiet'), configuration.switch('json')]).toEqual([true, false]);
  });

  it('leaves colours away when NO_COLOR says so, unless a nearer source disagrees', async () => {
    expect((await configured({}, { NO_COLOR: '1' })).switch('color')).toBe(false);
    expect((await configured({}, { NO_COLOR: '1', QUORATE_COLOR: 'true' })).switch('color')).toBe(true);
    expect((await configured({ color: false })).switch('color')).toBe(false);
  });

  it('warns of a misspelt variable', async () => {
    const { warnings } = await configured({}, { QUORATE_NODS: '7' });
    expect(warnings).toEqual([expect.stringContaining('did you mean QUORATE_NODES?')]);
  });
});

describe('values that cannot be', () => {
  it.each([
    ['seed', 'abc'],
    ['seed', '-1'],
    ['seed', '4294967296'],
    ['seed', '1e3'],
    ['nodes', '0'],
    ['nodes', '257'],
    ['nodes', '4.5'],
    ['nodes', ''],
    ['count', '0'],
    ['payload', '1048577'],
    ['chunk', '0'],
    ['timeout', '0'],
    ['seconds', 'NaN'],
    ['seconds', '0'],
    ['runs', '0'],
    ['log-level', 'loud'],
  ])('--%s %s is refused with its name, its value and its range', async (name, value) => {
    const error = await refusal({ [name]: value });
    expect(error.code).toBe('Q9002');
    expect(error.message).toContain(`--${name} cannot be `);
    expect(error.hint).toMatch(/^use /);
  });

  it('accepts the ends of the ranges', async () => {
    const flags = {
      seed: '4294967295',
      nodes: '256',
      count: '1',
      payload: '1048576',
      chunk: '1048576',
      seconds: '0.1',
    };
    const configuration = await configured(flags);
    expect(Object.keys(flags).map((name) => configuration.number(name))).toEqual([
      4294967295, 256, 1, 1048576, 1048576, 0.1,
    ]);
    expect((await configured({ payload: '0', seed: '0' })).number('payload')).toBe(0);
  });

  it('names the variable or the file that a bad value stands in', async () => {
    expect((await refusal({}, { QUORATE_NODES: 'many' })).message).toBe('QUORATE_NODES cannot be many');
    const config = await file('bad.toml', 'nodes = "many"');
    expect((await refusal({ config })).message).toBe(`nodes in ${config} cannot be many`);
    const typed = await file('typed.json', '{"fault": [7]}');
    expect((await refusal({ config: typed })).code).toBe('Q9002');
  });
});

describe('configuration files that cannot be used', () => {
  it.each([
    ['unknown.toml', 'nodez = 7', /unknown key nodez/],
    ['prototype.json', '{"__proto__": {"nodes": 9}}', /unknown key __proto__/],
    ['broken.toml', 'nodes = = 7', /cannot be parsed/],
    ['broken.json', '{"nodes": ', /cannot be parsed/],
    ['list.json', '[1]', /does not hold a table/],
    ['null.json', 'null', /does not hold a table/],
    ['settings.yaml', 'nodes: 7', /neither .toml nor .json/],
    ['nested.toml', '[run]\nnodes = 7', /unknown key run/],
  ])('%s', async (name, text, message) => {
    const error = await refusal({ config: await file(name, text) });
    expect(error.code).toBe('Q9008');
    expect(error.message).toMatch(message);
  });

  it('says that a file is missing, and suggests the nearest key', async () => {
    expect((await refusal({ config: join(directory, 'none.toml') })).message).toMatch(
      /none.toml cannot be read \(no such file/,
    );
    expect((await refusal({ config: directory })).code).toBe('Q9008');
    const config = await file('near.toml', 'paylod = 7');
    expect((await refusal({ config })).hint).toContain('did you mean payload?');
  });

  it('refuses a file that is too long', async () => {
    const config = await file('long.toml', '#'.repeat(1_048_577));
    for (const path of [config, '/dev/zero']) {
      expect((await refusal({ config: path })).code).toBe('Q9008');
    }
    expect((await refusal({ config })).message).toContain('is too long');
    expect((await refusal({ config: '/dev/zero' })).message).toContain('is too long');
  });
});
