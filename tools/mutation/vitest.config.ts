import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import base from '../../vitest.config.js';
import { targets } from './targets.js';

const name = process.env['QUORATE_MUTATION'] ?? '';
const tests = targets[name]?.tests ?? [];
const inPackage = (pattern: string): string => `packages/${name}/test/${pattern.replace(/^!/, '')}`;

/** The tests of one target. Isolated, because a mutant of what a module does when it is loaded must be loaded. */
export default defineConfig({
  ...base,
  root: fileURLToPath(new URL('../..', import.meta.url)),
  test: {
    ...base.test,
    isolate: true,
    include: tests.filter((pattern) => !pattern.startsWith('!')).map(inPackage),
    exclude: tests.filter((pattern) => pattern.startsWith('!')).map(inPackage),
  },
});
