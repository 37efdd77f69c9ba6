import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const home = fileURLToPath(new URL('..', import.meta.url));

describe('the example in the README', () => {
  it('runs, and prints what it says', () => {
    const [, example] = /```ts\n([\s\S]*?)```/.exec(readFileSync(join(home, 'README.md'), 'utf8')) ?? [];
    expect(example).toBeDefined();
    const promised = [...(example ?? '').matchAll(/\/\/ → (.*)/g)].map(([, line]) => line);
    expect(promised.length).toBeGreaterThan(0);
    // Inside the package, which imports itself by its name.
    const folder = mkdtempSync(join(home, 'test', '.readme-'));
    try {
      const file = join(folder, 'example.mts');
      writeFileSync(file, example ?? '');
      writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(configuration));
      // Prints what is wrong, and nothing if the example is right.
      expect(execute(join(home, '../../node_modules/.bin/tsc'), ['-p', folder])).toBe('');
      expect(
        execute(process.execPath, [...process.execArgv, file])
          .trim()
          .split('\n'),
      ).toEqual(promised);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

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
