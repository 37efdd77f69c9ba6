/**
 * One seed, one run, everywhere: the digests of `vectors/trace-digests.json` come out of the sources, and out of one file as a browser gets it.
 * When the protocol or the simulator has changed, `UPDATE=1 npx vitest run packages/reliable-broadcast/test/trace-digests.test.ts` records them anew.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'tsup';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const golden = new URL('vectors/trace-digests.json', import.meta.url);
let folder = '';

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'quorate-digests-'));
  await Promise.all(['browser', 'node'].map((platform) => bundle(platform as 'browser' | 'node')));
}, 60_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const bundle = (platform: 'browser' | 'node'): Promise<void> =>
  build({
    entry: { [platform]: fileURLToPath(new URL('programs/trace-digests.ts', import.meta.url)) },
    outDir: folder,
    format: 'esm',
    outExtension: () => ({ js: '.mjs' }),
    target: 'es2023',
    platform,
    noExternal: [/./],
    silent: true,
    config: false,
    esbuildOptions: (options) => {
      options.conditions = ['@quorate/source', platform];
    },
  });

const run = (name: string): string =>
  execFileSync(process.execPath, [join(folder, `${name}.mjs`)], { encoding: 'utf8' });

describe('trace digests', () => {
  it('are those that were recorded', () => {
    const digests = run('node');
    if (process.env['UPDATE'] !== undefined) writeFileSync(golden, digests);
    else expect(JSON.parse(digests)).toEqual(JSON.parse(readFileSync(golden, 'utf8')));
  });

  it('are the same as a browser gets the packages, where nothing of Node is', () => {
    expect(readFileSync(join(folder, 'browser.mjs'), 'utf8')).not.toMatch(/from ?["']node:|require\(/);
    expect(run('browser')).toBe(run('node'));
  });
});
