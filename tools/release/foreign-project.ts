import { cp, readFile, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { browserSafe } from '../layers/tree.js';
import { packagesOf } from '../layers/workspace.js';
import { run } from './command.js';
import type { Registry } from './registry.js';

/** An npm project that knows nothing of the workspace but what it installed from a registry. */
export interface ForeignProject {
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
  /** Every entry point of every package, such as `@quorate/transport/contract`. */
  readonly doors: readonly string[];
  /** The examples of the READMEs, by the names of their files in `src`. */
  readonly examples: readonly string[];
}

const programs = fileURLToPath(new URL('foreign', import.meta.url));

/** Makes the project, installs every package in it by name, and fills it with programs that use them. */
export async function createForeignProject(
  folder: string,
  workspace: string,
  { env }: Registry,
): Promise<ForeignProject> {
  const packages = packagesOf(workspace);
  const doors = packages.flatMap(({ name, manifest }) =>
    Object.keys(manifest.exports ?? {})
      .filter((door) => door !== './package.json')
      .map((door) => `${name}${door.slice(1)}`),
  );
  await writeFile(join(folder, 'package.json'), JSON.stringify({ name: 'foreign', private: true, type: 'module' }));
  await run('npm', ['install', ...packages.map(({ name }) => name), '@types/node@20'], { in: folder, env });
  await cp(programs, join(folder, 'src'), { recursive: true });
  await writeFile(join(folder, 'src/doors.ts'), namespacesOf(doors));
  const readmes = ['.', ...packages.map((one) => one.folder)].map((from) => join(workspace, from, 'README.md'));
  const examples: string[] = [];
  for (const readme of readmes) examples.push(...(await copyExamples(readme, join(folder, 'src'))));
  await writeFile(join(folder, 'import.mjs'), doors.map((door) => `await import('${door}');\n`).join(''));
  await writeFile(join(folder, 'require.cjs'), doors.map((door) => `require('${door}');\n`).join(''));
  return { folder, env, doors, examples };
}

/** Loads every entry point, as a module and by `require`, with a Node of the given command line. */
export async function importEverything({ folder, env }: ForeignProject, node: readonly string[]): Promise<void> {
  await runNode(node, ['import.mjs'], folder, env);
  await runNode(node, ['require.cjs'], folder, env);
}

/** Type-checks the programs, the examples of the READMEs, and all declarations; with `emit`, also compiles into `build`. */
export async function typeCheck(
  { folder, env }: ForeignProject,
  compiler: string,
  resolution: 'nodenext' | 'bundler',
): Promise<void> {
  const config = join(folder, `tsconfig.${resolution}.json`);
  const compilerOptions = {
    target: 'es2023',
    lib: ['es2023', 'esnext.disposable'],
    types: ['node'],
    module: resolution === 'nodenext' ? 'nodenext' : 'esnext',
    moduleResolution: resolution,
    strict: true,
    rootDir: 'src',
    outDir: resolution === 'nodenext' ? 'build' : undefined,
    noEmit: resolution === 'bundler',
  };
  await writeFile(config, JSON.stringify({ compilerOptions, include: ['src'] }));
  await run('node', [compiler, '-p', config], { in: folder, env });
}

/** Runs the compiled program: four worker threads, from a worker file of the project's own. */
export async function runProgram({ folder, env }: ForeignProject, node: readonly string[]): Promise<void> {
  checkGreetings(await runNode(node, ['build/program.js'], folder, env));
}

/** Runs the compiled examples of the READMEs. Those that start workers are parts of larger programs, and stay out. */
export async function runExamples({ folder, env, examples }: ForeignProject): Promise<void> {
  for (const name of examples) {
    const file = join('build', `${name}.js`);
    if (!(await readFile(join(folder, file), 'utf8')).includes('worker'))
      await run('node', [file], { in: folder, env });
  }
}

/** Bundles program and worker file, and runs them where nothing is installed. */
export async function runBundled({ folder, env }: ForeignProject, elsewhere: string): Promise<void> {
  await build({
    absWorkingDir: folder,
    entryPoints: ['src/program.ts', 'src/node.ts'],
    outdir: elsewhere,
    bundle: true,
    platform: 'node',
    format: 'esm',
    logLevel: 'silent',
  });
  await writeFile(join(elsewhere, 'package.json'), JSON.stringify({ type: 'module' }));
  checkGreetings(await run('node', ['program.js'], { in: elsewhere, env }));
}

/** Bundles every entry point that a browser may load as for a browser, which fails where one needs Node. */
export async function bundleForBrowser({ folder, doors }: ForeignProject): Promise<void> {
  const safe = doors.filter((door) => {
    const [scope, , ...rest] = door.split('/');
    return scope === '@quorate' && browserSafe.has(['.', ...rest].join('/'));
  });
  await build({
    stdin: { contents: namespacesOf(safe), resolveDir: folder },
    outfile: join(folder, 'browser.mjs'),
    bundle: true,
    platform: 'browser',
    format: 'esm',
    logLevel: 'silent',
  });
  await run('node', ['browser.mjs'], { in: folder });
}

/** Runs the installed command: an honest verdict over a liar, and a violated one where nothing protects from it. */
export async function runCommand({ folder, env }: ForeignProject, node: readonly string[]): Promise<void> {
  const command = [join(folder, 'node_modules/.bin/quorate'), 'run', 'bracha'];
  const flags = ['--nodes', '4', '--count', '20', '--fault', '3:equivocate', '--json'];
  const told = await runNode(node, [...command, ...flags], folder, env);
  const { schema, verdict } = JSON.parse(told) as { schema: unknown; verdict: unknown };
  if (schema !== 'quorate.run/1' || verdict !== 'valid') throw new Error(`the command answered ${told}`);
  await runNode(node, [...command, ...flags, '--broadcast', 'best-effort'], folder, env, 1);
}

/** The same by the name that people type. */
export async function runByName({ folder, env }: ForeignProject): Promise<void> {
  await run('npx', ['quorate', 'list'], { in: folder, env });
}

function runNode(
  node: readonly string[],
  args: readonly string[],
  folder: string,
  env: NodeJS.ProcessEnv,
  status = 0,
): Promise<string> {
  const [command = 'node', ...first] = node;
  return run(command, [...first, ...args], { in: folder, env, status });
}

function checkGreetings(printed: string): void {
  const greetings = [0, 1, 2, 3].map((sender) => `hello from ${sender}`);
  const expected = JSON.stringify([greetings, greetings, greetings, greetings]);
  if (printed.trim() !== expected) throw new Error(`the program printed ${printed}`);
}

const namespacesOf = (doors: readonly string[]): string =>
  [
    ...doors.map((door, index) => `import * as door${index} from '${door}';`),
    `for (const door of [${doors.map((_, index) => `door${index}`).join()}]) if (typeof door !== 'object') throw door;\n`,
  ].join('\n');

/** The TypeScript blocks of a README that import something are programs. Answers the names that they got. */
async function copyExamples(readme: string, folder: string): Promise<string[]> {
  if (!existsSync(readme)) return [];
  const blocks = [...(await readFile(readme, 'utf8')).matchAll(/^```ts\n(import [\s\S]*?)^```$/gm)];
  const names: string[] = [];
  for (const [index, [, text = '']] of blocks.entries()) {
    const name = `readme-${basename(dirname(readme))}-${index}`;
    await writeFile(join(folder, `${name}.ts`), text);
    names.push(name);
  }
  return names;
}
