import { readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, join, normalize } from 'node:path';
import { parseSync, Visitor } from 'oxc-parser';
import { modulesNamedBy } from './imports.js';
import { browserSafe, isOurs, pure } from './tree.js';
import type { Package } from './workspace.js';

/** Calling one of these, or reading a part of it, is a clock, a timer, or Node. */
const impureGlobals = new Set([
  'Buffer',
  'Date',
  'performance',
  'process',
  'setImmediate',
  'setInterval',
  'setTimeout',
]);

/** Where the browser-safe entry points of a package reach Node, and the pure ones a clock, a timer or unseeded randomness. */
export function browserProblems(root: string, one: Package): string[] {
  if (one.isApp) return [];
  return [
    ...filesBehind(root, one, browserSafe).flatMap((file) =>
      modulesOfNode(root, file).map((name) => `${file}: imports ${name}, and a browser-safe entry point leads here`),
    ),
    ...filesBehind(root, one, pure).flatMap((file) =>
      impureIn(root, file).map((name) => `${file}: uses ${name}, and a pure entry point leads here`),
    ),
  ];
}

/** The files that a browser loads through some of a package's entry points or through its platform imports. */
function filesBehind(root: string, { folder, manifest }: Package, doors: ReadonlySet<string>): string[] {
  const targets = [
    ...Object.entries(manifest.exports ?? {}).flatMap(([door, target]) => (doors.has(door) ? [target] : [])),
    ...Object.values(manifest.imports ?? {}),
  ];
  return reachedFrom(
    root,
    targets.flatMap(browserSources).map((path) => normalize(join(folder, path))),
  );
}

/** The sources that a target of `exports` or `imports` may lead a browser to: whatever stands under no `node` condition. */
function browserSources(target: unknown): string[] {
  if (typeof target === 'string') return target.startsWith('./src/') ? [target] : [];
  return Object.entries(target ?? {}).flatMap(([condition, next]) =>
    condition === 'node' ? [] : browserSources(next),
  );
}

/**
 * The files of the package that these import, directly or not. A type that a browser cannot name is no use to it
 * either, so `import type` counts too.
 */
function reachedFrom(root: string, start: readonly string[]): string[] {
  const reached = new Set(start);
  for (const file of reached) {
    for (const request of modulesNamedBy(root, file)) {
      if (request.startsWith('.')) reached.add(normalize(join(dirname(file), request.replace(/\.js$/, '.ts'))));
    }
  }
  return [...reached];
}

const modulesOfNode = (root: string, file: string): string[] =>
  modulesNamedBy(root, file).filter((request) => isBuiltin(request) || isNodeDoor(request));

/** A subpath of another package of ours that is not one of the browser-safe ones. */
function isNodeDoor(request: string): boolean {
  const [scope, name, ...rest] = request.split('/');
  return isOurs(`${scope}/${name}`) && !browserSafe.has(['.', ...rest].join('/'));
}

interface Expression {
  readonly type: string;
  readonly name?: unknown;
}

function impureIn(root: string, file: string): string[] {
  const found = new Set<string>();
  const note = ({ type, name }: Expression, property?: Expression): void => {
    if (type !== 'Identifier' || typeof name !== 'string') return;
    if (impureGlobals.has(name)) found.add(name);
    if (name === 'Math' && property?.name === 'random') found.add('Math.random');
  };
  new Visitor({
    CallExpression: ({ callee }) => note(callee),
    NewExpression: ({ callee }) => note(callee),
    MemberExpression: ({ object, property }) => note(object, property),
  }).visit(parseSync(file, readFileSync(join(root, file), 'utf8')).program);
  return [...found];
}
