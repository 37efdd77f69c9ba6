import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { defaultMaxFrameBytes, defaultOutboxBytes } from '../src/index.js';

const home = fileURLToPath(new URL('..', import.meta.url));
const readme = readFileSync(join(home, 'README.md'), 'utf8');

/** As a user has it who is strict. */
const configuration = {
  extends: '../../../../tsconfig.json',
  compilerOptions: { isolatedDeclarations: false },
  include: ['example.mts'],
};

function execute(command: string, parameters: readonly string[]): string {
  const { stdout, stderr } = spawnSync(command, parameters, { encoding: 'utf8' });
  return stdout + stderr;
}

test('the example runs, and prints what it says', () => {
  const [, example = ''] = /```ts\n([\s\S]*?)```/.exec(readme) ?? [];
  const promised = [...example.matchAll(/\/\/ → (.*)/g)].map(([, line]) => line);
  expect(promised).toHaveLength(1);
  // Inside the package, which imports itself by its name.
  const folder = mkdtempSync(join(home, 'test', '.readme-'));
  try {
    const file = join(folder, 'example.mts');
    writeFileSync(file, example);
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(configuration));
    // The compiler prints what is wrong, and nothing if the example is right.
    expect(execute(join(home, '../../node_modules/.bin/tsc'), ['-p', folder])).toBe('');
    const printed = execute(process.execPath, [...process.execArgv, file]);
    expect(printed.trim().split('\n')).toEqual(promised);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('the defaults are those that it states', () => {
  expect(readme).toContain(`\`maxFrameBytes\` (${defaultMaxFrameBytes / 2 ** 20} MiB)`);
  expect(readme).toContain(`\`outboxBytes\` (${defaultOutboxBytes / 2 ** 20} MiB)`);
});
