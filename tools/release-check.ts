/**
 * Rehearses a release on this machine alone: versions, packs and publishes a copy of the workspace to an npm registry on
 * loopback, then installs the packages from it in a project of its own, type-checks them there, and runs them.
 *
 *     tsx tools/release-check.ts
 */
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { part, run } from './release/command.js';
import {
  bundleForBrowser,
  createForeignProject,
  importEverything,
  runBundled,
  runByName,
  runCommand,
  runExamples,
  runProgram,
  typeCheck,
} from './release/foreign-project.js';
import { everyPackage, packAll, versionsIn } from './release/packing.js';
import { startRegistry, type Registry } from './release/registry.js';
import { copyWorkspace } from './release/workspace-copy.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const currentNode = ['npx', '--yes', '--prefer-offline', '--package', 'node@24', 'node'];

const folder = await mkdtemp(join(tmpdir(), 'quorate-release-'));
const room = async (name: string): Promise<string> => {
  await mkdir(join(folder, name));
  return join(folder, name);
};

let registry: Registry | undefined;
try {
  const workspace = await room('workspace');
  await part('copy the workspace', () => copyWorkspace(root, workspace));
  await part('version', () => version(workspace));
  await part('build', () => run('pnpm', ['build'], { in: workspace }));
  const tarballs = await room('tarballs');
  await part('pack', () => packAll(workspace, tarballs));
  const store = await room('registry');
  const cache = join(root, 'node_modules/.cache/registry');
  registry = await part('start a registry', () => startRegistry(store, cache));
  await publish(workspace, registry);
  await useFrom(registry, workspace);
} finally {
  await registry?.close();
  await rm(folder, { recursive: true, force: true });
}

/** Applies the changesets: where there are any, some version must change. */
async function version(workspace: string): Promise<void> {
  const before = await versionsIn(workspace);
  const pending = (await readdir(join(workspace, '.changeset'))).filter((file) => file.endsWith('.md'));
  await run('pnpm', ['exec', 'changeset', 'version'], { in: workspace });
  const after = await versionsIn(workspace);
  const changed = [...after].filter(([name, now]) => before.get(name) !== now);
  if (changed.length === 0 && pending.length > 0) throw new Error('the changesets changed no version');
  console.log([...after].map(([name, now]) => `  ${name} ${now}`).join('\n'));
}

async function publish(workspace: string, { env }: Registry): Promise<void> {
  const dry = [...everyPackage, 'publish', '--dry-run', '--no-git-checks'];
  await part('publish, dry', () => run('pnpm', dry, { in: workspace, env }));
  await part('publish', () => run('pnpm', ['exec', 'changeset', 'publish', '--no-git-tag'], { in: workspace, env }));
}

async function useFrom(from: Registry, workspace: string): Promise<void> {
  const home = await room('foreign');
  const project = await part('install from the registry', () => createForeignProject(home, workspace, from));
  const compiler = join(root, 'node_modules/typescript/bin/tsc');
  const elsewhere = await room('bundled');
  await part('import and require every entry point', () => importEverything(project, ['node']));
  await part('type-check under nodenext', () => typeCheck(project, compiler, 'nodenext'));
  await part('type-check under bundler', () => typeCheck(project, compiler, 'bundler'));
  await part('run the examples of the READMEs', () => runExamples(project));
  await part('bundle for a browser', () => bundleForBrowser(project));
  await part('run on worker threads', () => runProgram(project, ['node']));
  await part('run on worker threads, bundled', () => runBundled(project, elsewhere));
  await part('run the command', () => runCommand(project, ['node']));
  await part('run the command by its name', () => runByName(project));
  await part('all of that on a current Node', async () => {
    await importEverything(project, currentNode);
    await runProgram(project, currentNode);
    await runCommand(project, currentNode);
  });
}
