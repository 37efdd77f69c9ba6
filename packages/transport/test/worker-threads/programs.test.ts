import { execFile } from 'node:child_process';
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'tsup';
import { build as viteBuild } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { installBuilt } from './built-packages.js';

const run = promisify(execFile);
const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url));
const repository = here('../../../../');
/** A program that does not end by itself is a failure, not a test that hangs. */
const timeout = 25_000;

const greetings = [0, 1, 2]
  .flatMap((from) => [0, 1, 2].filter((to) => to !== from).map((to) => `${from} to ${to}: hello`))
  .join('\n');

const fromSource = ['--conditions=@quorate/source', '--import', join(repository, 'tools/source.mjs')];

describe('programs of one file, in a process of their own', () => {
  it('start a group with one call, close it, and end', async () => {
    const { stdout } = await run(process.execPath, [...fromSource, here('one-file-program.ts')], { timeout });
    expect(stdout.trim()).toBe(greetings);
  });

  it('end when all their nodes have left, without closing', async () => {
    const { stdout } = await run(process.execPath, [...fromSource, here('leaving-program.ts')], { timeout });
    expect(stdout.trim()).toBe(['joined 0', 'joined 1', 'left 0', 'left 1'].join('\n'));
  });
});

describe('the example in the README', () => {
  it('runs, and ends by itself', async () => {
    const readme = await readFile(here('../../README.md'), 'utf8');
    const [, example = ''] = /## Worker threads[^#]*?```typescript\n([\s\S]*?)```/.exec(readme) ?? [];
    const folder = await mkdtemp(here('../.readme-threads-'));
    try {
      const file = join(folder, 'example.mts');
      await writeFile(file, example);
      const { stdout } = await run(process.execPath, [...fromSource, file], { timeout });
      const nodes = [0, 1, 2, 3];
      const lines = nodes.flatMap((node) => [
        `node ${node} joined`,
        `node ${node} left`,
        ...nodes.map((from) => `node ${node} heard hello from ${from}`),
      ]);
      expect(stdout.trim().split('\n').toSorted()).toEqual(lines.toSorted());
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});

describe('the same program bundled, over the package as it is built', () => {
  let folder = '';
  const inFolder = (file: string): string => join(folder, file);

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'quorate-bundle-'));
    await writeFile(inFolder('package.json'), '{"type":"module"}');
    for (const name of ['serialization', 'transport']) await installBuilt(name, folder);
    await copyFile(here('one-file-program.ts'), inFolder('program.ts'));
  }, 60_000);

  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('with esbuild', async () => {
    await build({
      entry: [inFolder('program.ts')],
      outDir: inFolder('esbuild'),
      format: 'esm',
      target: 'es2023',
      minify: true,
      silent: true,
      config: false,
      noExternal: [/./],
      platform: 'node',
    });
    const { stdout } = await run(process.execPath, [inFolder('esbuild/program.js')], { timeout });
    expect(stdout.trim()).toBe(greetings);
  }, 60_000);

  it('with vite', async () => {
    await viteBuild({
      configFile: false,
      logLevel: 'silent',
      root: folder,
      ssr: { noExternal: true },
      build: {
        ssr: inFolder('program.ts'),
        outDir: inFolder('vite'),
        minify: true,
        rollupOptions: { output: { entryFileNames: 'program.js' } },
      },
    });
    const { stdout } = await run(process.execPath, [inFolder('vite/program.js')], { timeout });
    expect(stdout.trim()).toBe(greetings);
  }, 60_000);
});
