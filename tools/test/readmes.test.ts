/** The examples in the READMEs of the protocols, as somebody has them who has installed what the README says and nothing else. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const run = promisify(execFile);
const packages = fileURLToPath(new URL('../../packages', import.meta.url));
const sources = ['--conditions=@quorate/source', `--import=${new URL('../source.mjs', import.meta.url).href}`];

it.each([
  ['reliable-broadcast', /^node 3 delivers 0\/0: attack at dawn\n$/],
  ['witness', /^(round \d: [34] values, [34] witnesses\n){3}$/],
  ['aggregated-witness', /^(round \d: [34] values, [34] aggregated witnesses\n){3}$/],
  ['barycentric-agreement', /^node 3 decides \(5, 7\) in agreement 0\n$/],
  ['voting', /^round 1: 42\n$/],
])('runs the example of the README of %s', async (name, printed) => {
  const readme = await readFile(join(packages, name, 'README.md'), 'utf8');
  const example = /```ts\n(.*?)```/s.exec(readme)?.[1] ?? '';
  const installed = /^npm i (.*)$/m.exec(readme)?.[1]?.split(' ') ?? [];
  const folder = await mkdtemp(join(tmpdir(), 'quorate-readme-'));
  try {
    await mkdir(join(folder, 'node_modules/@quorate'), { recursive: true });
    for (const one of installed) {
      await symlink(join(packages, one.replace('@quorate/', '')), join(folder, 'node_modules', one));
    }
    await writeFile(join(folder, 'example.mts'), example);
    const { stdout } = await run(process.execPath, [...sources, join(folder, 'example.mts')]);
    expect(stdout).toMatch(printed);
  } finally {
    await rm(folder, { recursive: true });
  }
});
