import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const run = promisify(execFile);
const file = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

it('runs the example of the README', async () => {
  const example = /```ts\n(.*?)```/s.exec(await readFile(file('../README.md'), 'utf8'))?.[1];
  const folder = await mkdtemp(file('./.readme-'));
  try {
    // As a user has it: the host is installed beside.
    await mkdir(`${folder}/node_modules/@quorate`, { recursive: true });
    await symlink(file('../../transport'), `${folder}/node_modules/@quorate/transport`);
    await writeFile(`${folder}/example.mts`, example ?? '');
    const { stdout } = await run(process.execPath, [
      '--conditions=@quorate/source',
      `--import=${file('../../../tools/source.mjs')}`,
      `${folder}/example.mts`,
    ]);
    expect(stdout).toBe('node 3 decides (5, 7) in agreement 0\n');
  } finally {
    await rm(folder, { recursive: true });
  }
});
