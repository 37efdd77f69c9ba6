import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { defaultMaxFrameBytes, defaultMaxLogBytes, defaultMaxRecordBytes, defaultOutboxBytes } from '../src/index.js';

const home = fileURLToPath(new URL('..', import.meta.url));
const readme = readFileSync(join(home, 'README.md'), 'utf8');

/** As a user has it who is strict. */
const configuration = {
  extends: '../../../../tsconfig.json',
  compilerOptions: { isolatedDeclarations: false },
  include: ['example.mts'],
};

function execute(command: string, parameters: readonly string[], cwd = home): string {
  const { stdout, stderr } = spawnSync(command, parameters, { encoding: 'utf8', cwd });
  return stdout + stderr;
}

const examples = [...readme.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, example = '']) => example);

test('there is an example without records, and one with', () => {
  expect(examples).toHaveLength(2);
});

test.each(examples)('an example runs, and prints what it says', (example) => {
  const promised = [...example.matchAll(/\/\/ → (.*)/g)].map(([, line]) => line);
  expect(promised.length).toBeGreaterThan(0);
  // Inside the package, which imports itself by its name.
  const folder = mkdtempSync(join(home, 'test', '.readme-'));
  try {
    const file = join(folder, 'example.mts');
    writeFileSync(file, example);
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(configuration));
    // The compiler prints what is wrong, and nothing if the example is right.
    expect(execute(join(home, '../../node_modules/.bin/tsc'), ['-p', folder])).toBe('');
    const printed = execute(process.execPath, [...process.execArgv, file], folder);
    expect(printed.trim().split('\n')).toEqual(promised);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('the defaults are those that it states', () => {
  expect(readme).toContain(`\`maxFrameBytes\` (${defaultMaxFrameBytes / 2 ** 20} MiB)`);
  expect(readme).toContain(`\`outboxBytes\` (${defaultOutboxBytes / 2 ** 20} MiB)`);
  expect(readme).toContain(`\`maxLogBytes\` (${defaultMaxLogBytes / 2 ** 20} MiB)`);
  expect(readme).toContain(`\`maxRecordBytes\` (${defaultMaxRecordBytes / 2 ** 20} MiB)`);
});
