/**
 * Mutation testing: changes thresholds, comparisons, guards and statements of a package one at a time, and demands that its tests
 * notice. `pnpm mutation reliable-broadcast`; a second argument restricts it to some files (`lane.ts`, `{lane,lives}.ts`).
 * The report is in reports/mutation. Fails below 90 %.
 */
import { Stryker } from '@stryker-mutator/core';
import { targets } from './mutation/targets.js';

const [name = '', only] = process.argv.slice(2);
const target = targets[name];
if (target === undefined) {
  console.error(`usage: pnpm mutation <${Object.keys(targets).join('|')}> [files]`);
  process.exit(2);
}

// The test runner's processes read both: which tests to run, and how long the random ones among them may take.
process.env['QUORATE_MUTATION'] = name;
process.env['QUORATE_SEEDS'] ??= '3';

const inPackage = (pattern: string): string =>
  pattern.startsWith('!') ? `!packages/${name}/src/${pattern.slice(1)}` : `packages/${name}/src/${pattern}`;

const results = await new Stryker({
  mutate: (only === undefined ? target.files : [only]).map(inPackage),
  // The texts of errors and faults are for people; words that mean something are members of a union, and the compiler checks them.
  mutator: { excludedMutations: ['StringLiteral'] },
  testRunner: 'vitest',
  plugins: ['@stryker-mutator/vitest-runner'],
  vitest: { configFile: 'tools/mutation/vitest.config.ts', related: false },
  coverageAnalysis: 'perTest',
  timeoutMS: 2000,
  timeoutFactor: 1.5,
  concurrency: Number(process.env['QUORATE_MUTATION_PROCESSES'] ?? 2),
  // There is none of this name: Stryker would rewrite the real one with the API of TypeScript 6.
  tsconfigFile: 'none.json',
  ignorePatterns: ['dist', '.turbo', '.quorate', '.vitest', 'coverage', 'reports'],
  tempDirName: '.mutation',
  reporters: ['clear-text', 'progress', 'html', 'json'],
  clearTextReporter: { logTests: false, allowColor: process.stdout.isTTY },
  htmlReporter: { fileName: `reports/mutation/${name}.html` },
  jsonReporter: { fileName: `reports/mutation/${name}.json` },
  thresholds: { high: 95, low: 90, break: null },
}).runMutationTest();

const noticed = results.filter(({ status }) => status === 'Killed' || status === 'Timeout').length;
const unnoticed = results.filter(({ status }) => status === 'Survived' || status === 'NoCoverage').length;
const score = (100 * noticed) / Math.max(1, noticed + unnoticed);
console.log(`${name}: ${noticed} of ${noticed + unnoticed} mutants noticed, ${score.toFixed(1)} %`);
if (score < 90) process.exitCode = 1;
