import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const run = promisify(execFile);
const file = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

it('runs the attack and the lie of the README of the simulator', async () => {
  const text = await readFile(file('../../simulation/README.md'), 'utf8');
  const examples = [...text.matchAll(/```ts\n(.*?)```/gs)].map(([, example = '']) => example);
  const folder = await mkdtemp(file('./.readme-'));
  try {
    const printed: string[] = [];
    for (const [at, example] of examples.entries()) {
      const path = `${folder}/example-${at}.mts`;
      await writeFile(path, example);
      const source = `--import=${file('../../../tools/source.mjs')}`;
      const { stdout } = await run(process.execPath, ['--conditions=@quorate/source', source, path]);
      printed.push(stdout);
    }
    expect(printed).toEqual([expect.stringMatching(/^0 violations in \d+ messages by tick \d+\n$/), '']);
  } finally {
    await rm(folder, { recursive: true });
  }
});
