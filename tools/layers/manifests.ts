import { belowSimulation, isOurs, parents, simulation } from './tree.js';
import { developmentNames, runtimeNames, type Package } from './workspace.js';

/** What is wrong with the dependency tables of a package, in sentences. */
export function manifestProblems({ folder, isApp, name, manifest }: Package): string[] {
  const runtime = runtimeNames(manifest).filter(isOurs);
  const development = developmentNames(manifest).filter(isOurs);
  return problems(isApp, name, runtime, development).map((problem) => `${folder}/package.json: ${name} ${problem}`);
}

function problems(isApp: boolean, name: string, runtime: readonly string[], development: readonly string[]): string[] {
  if (isApp) return strangers([...runtime, ...development]);
  if (!parents.has(name)) return ['has no place in the tree (tools/layers/tree.ts)'];
  return [...runtimeProblems(name, runtime), ...developmentProblems(name, development)];
}

/** An app composes every package, but stands on no other app. */
const strangers = (used: readonly string[]): string[] =>
  used.filter((other) => !parents.has(other)).map((other) => `depends on ${other}, which is no package of the tree`);

function runtimeProblems(name: string, used: readonly string[]): string[] {
  const parent = parents.get(name);
  const skipped = used
    .filter((other) => other !== parent)
    .map((other) => `depends on ${other}, but stands on ${parent ?? 'nothing'}`);
  const missing = parent === undefined || used.includes(parent) ? [] : [`must depend on ${parent}`];
  return [...skipped, ...missing];
}

const developmentProblems = (name: string, used: readonly string[]): string[] =>
  used
    .filter((other) => other !== simulation || belowSimulation.has(name))
    .map((other) => `may not use ${other} for development (protocol packages may name ${simulation})`);
