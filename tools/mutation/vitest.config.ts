import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import base from '../../vitest.config.js';
import { targets } from './targets.js';

const name = process.env['QUORATE_MUTATION'] ?? '';
const tests = targets[name]?.tests ?? [];
const inPackage = (pattern: string): string => `packages/${name}/test/${pattern.replace(/^!/, '')}`;

/** The tests of one target. Not isolated: each mutant gets a process of its own, and one for each file would take longer than the tests. */
export default defineConfig({
  ...base,
  root: fileURLToPath(new URL('../..', import.meta.url)),
  test: {
    ...base.test,
    // Sources run in no worker of their own here.
    execArgv: [],
    include: tests.filter((pattern) => !pattern.startsWith('!')).map(inPackage),
    exclude: tests.filter((pattern) => pattern.startsWith('!')).map(inPackage),
  },
});
