import { readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { parseSync } from 'oxc-parser';
import { isOurs } from './tree.js';
import { developmentNames, manifestIn, runtimeNames, sourcesIn, type Package } from './workspace.js';

/** Every module that a file names: imports, re-exports, `import()` of a literal, and `import('…')` in types. */
export function modulesNamedBy(root: string, file: string): string[] {
  const text = readFileSync(join(root, file), 'utf8');
  const { module } = parseSync(file, text);
  const requests = [
    ...module.staticImports.map((one) => one.moduleRequest.value),
    ...module.staticExports.flatMap((one) => one.entries.flatMap((entry) => entry.moduleRequest?.value ?? [])),
    // The module record has neither types nor the values of dynamic imports: the argument is a literal, or unknowable.
    ...[...text.matchAll(/\bimport\s*\(\s*(['"])([^'"]+)\1\s*[,)]/g)].flatMap(([, , request]) => request ?? []),
  ];
  return [...new Set(requests)];
}

/** What is wrong with the imports of a package's sources and tests, in sentences. */
export function importProblems(root: string, all: readonly Package[], one: Package): string[] {
  const runtime = runtimeNames(one.manifest);
  const development = [...runtime, ...developmentNames(one.manifest), ...developmentNames(manifestIn(root)), one.name];
  return [
    ...problemsIn({ root, all, one, folder: 'src', allowed: new Set(runtime) }),
    ...problemsIn({ root, all, one, folder: 'test', allowed: new Set(development) }),
  ];
}

/** A folder of a package, and the packages that its files may name. */
interface Room {
  readonly root: string;
  readonly all: readonly Package[];
  readonly one: Package;
  readonly folder: 'src' | 'test';
  readonly allowed: ReadonlySet<string>;
}

const problemsIn = (room: Room): string[] =>
  sourcesIn(room.root, join(room.one.folder, room.folder)).flatMap((file) =>
    modulesNamedBy(room.root, file)
      .flatMap((request) => importProblem(room, file, request) ?? [])
      .map((problem) => `${file}: ${problem}`),
  );

function importProblem(room: Room, file: string, request: string): string | undefined {
  if (request.startsWith('.')) return relativeProblem(room, file, request);
  if (request.startsWith('#')) {
    return request in (room.one.manifest.imports ?? {}) ? undefined : `${request} is not among the package's imports`;
  }
  if (isBuiltin(request)) {
    return request.startsWith('node:') ? undefined : `write node:${request} for a module of Node`;
  }
  const name = packageIn(request);
  if (!room.allowed.has(name)) return `imports ${request}, but ${name} is not declared for ${room.folder}`;
  return isOurs(name) ? doorProblem(room.all, name, request) : undefined;
}

/** A file reaches others of its own folder; a test also the sources that it tests. */
function relativeProblem({ root, one, folder }: Room, file: string, request: string): string | undefined {
  const target = relative(join(root, one.folder), join(root, dirname(file), request));
  if (target === 'src/contract.js' && file !== join(one.folder, 'src/index.ts')) {
    // A bundler that builds both files cannot see the names behind the re-export of another package's contract.
    return `${request} is for other packages: name the module that the contract comes from`;
  }
  const reachable = folder === 'src' ? ['src/', 'package.json'] : ['src/', 'test/', 'package.json'];
  return reachable.some((start) => target.startsWith(start)) ? undefined : `${request} leaves the package's ${folder}`;
}

/** Another package is entered by its doors only. */
function doorProblem(all: readonly Package[], name: string, request: string): string | undefined {
  const doors = all.find((other) => other.name === name)?.manifest.exports ?? {};
  return `.${request.slice(name.length)}` in doors ? undefined : `${request} is not an entry point of ${name}`;
}

const packageIn = (request: string): string =>
  request
    .split('/')
    .slice(0, request.startsWith('@') ? 2 : 1)
    .join('/');
