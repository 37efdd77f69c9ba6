/**
 * The package as it is built, on Node, where a browser would be, and where no code may be generated from strings: the same
 * results everywhere. Builds into a folder of its own, so that no stale build can pass.
 */
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const home = fileURLToPath(new URL('..', import.meta.url));
const root = join(home, '../..');
let copy = '';
let onNode: Readonly<Record<string, unknown>> = {};

beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), 'quorate-serialization-'));
  const target = join(copy, 'node_modules/@quorate/serialization');
  mkdirSync(target, { recursive: true });
  copyFileSync(join(home, 'package.json'), join(target, 'package.json'));
  copyFileSync(join(home, 'test/programs/vectors.mts'), join(copy, 'vectors.mts'));
  symlinkSync(join(home, 'node_modules'), join(target, 'node_modules'));
  const entries = ['src/index.ts', 'src/platform/*.ts', '--config', join(root, 'tsup.config.ts')];
  execFileSync(join(root, 'node_modules/.bin/tsup'), [...entries, '--out-dir', join(target, 'dist'), '--silent'], {
    cwd: home,
    stdio: 'pipe',
  });
  onNode = run();
}, 60_000);

afterAll(() => {
  rmSync(copy, { recursive: true, force: true });
});

function run(...flags: readonly string[]): Readonly<Record<string, unknown>> {
  const printed = execFileSync(
    process.execPath,
    [...flags, '--import', join(root, 'tools/source.mjs'), join(copy, 'vectors.mts')],
    { encoding: 'utf8' },
  );
  return JSON.parse(printed) as Readonly<Record<string, unknown>>;
}

const sha256 = (count: number): string => createHash('sha256').update('a'.repeat(count)).digest('hex');

describe('the built package', () => {
  it('hashes, compares and refuses as it should', () => {
    expect(onNode).toMatchObject({
      branch: 'node',
      sha256: [0, 3, 64, 1000].map(sha256),
      sharedSha256: sha256(64),
      isPrivate: true,
      equalLong: [true, false, false],
      equalShort: [true, true, true, true],
      differsShort: false,
      decoded: { sequence: 100_000, payload: '61'.repeat(40) },
      refused: { reason: 'invalid-utf8', offset: 8 },
    });
  });

  it('gives the same results under the browser condition', () => {
    expect(run('--conditions=browser')).toEqual({ ...onNode, branch: 'portable' });
  });

  it('gives the same results where no code may be generated from strings', () => {
    expect(run('--disallow-code-generation-from-strings')).toEqual(onNode);
  });
});
