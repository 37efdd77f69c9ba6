import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const run = promisify(execFile);
const file = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

it('runs the example of the README', async () => {
  const example = /```ts\n(.*?)```/s.exec(await readFile(file('../README.md'), 'utf8'))?.[1];
  const folder = await mkdtemp(file('./.readme-'));
  try {
    await writeFile(`${folder}/example.mts`, example ?? '');
    const { stdout } = await run(process.execPath, [
      '--conditions=@quorate/source',
      `--import=${file('../../../tools/source.mjs')}`,
      `${folder}/example.mts`,
    ]);
    expect(stdout).toBe('round 1: 42\n');
  } finally {
    await rm(folder, { recursive: true });
  }
});
