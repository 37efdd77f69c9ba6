import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'tsup';
import type { TestGroup, TestGroupOptions } from '../../src/compliance.js';
import type { SpawnOptions } from '../../src/worker-threads/index.js';
import { wireVersion } from '../../src/worker-threads/layout.js';
import { openAgents } from './agents.js';

/** A group whose last node believes itself in another group, or runs a build that writes its rings in another way. */
export async function openMisfit(options: TestGroupOptions, misfit: 'group' | 'version'): Promise<TestGroup> {
  const isLast = (node: number): boolean => node === options.nodes - 1;
  if (misfit === 'group') {
    return openAgents(options, (spawn) => (given, node) => {
      return spawn(isLast(node) ? altered(given, { groupId: 'f'.repeat(32) }) : given);
    });
  }
  const folder = await mkdtemp(join(tmpdir(), 'quorate-misfit-'));
  const file = await buildOther(folder);
  const group = await openAgents(options, (spawn) => (given, node) => {
    // It would not even join otherwise.
    return isLast(node) ? spawn(altered(given, { wireVersion: wireVersion + 1 }), file) : spawn(given);
  });
  const close = async (): Promise<void> => {
    await group.close();
    await rm(folder, { recursive: true, force: true });
  };
  return { ...group, close };
}

/** The options with other words in our part of `workerData`. */
function altered(options: SpawnOptions, words: object): SpawnOptions {
  const entries = Object.entries(options.workerData).map(([key, ours]) => [key, { ...(ours as object), ...words }]);
  return { ...options, workerData: Object.fromEntries(entries) as SpawnOptions['workerData'] };
}

/** The agents' worker file with everything it needs, of the next wire version. */
async function buildOther(folder: string): Promise<URL> {
  const layout = fileURLToPath(new URL('../../src/worker-threads/layout.ts', import.meta.url));
  const source = await readFile(layout, 'utf8');
  const contents = source.replace(`wireVersion = ${wireVersion}`, `wireVersion = ${wireVersion + 1}`);
  if (contents === source) throw new Error('layout.ts does not name its wire version any more');
  await build({
    entry: { worker: fileURLToPath(new URL('./agent-worker.ts', import.meta.url)) },
    outDir: folder,
    format: 'esm',
    outExtension: () => ({ js: '.mjs' }),
    target: 'es2023',
    platform: 'node',
    noExternal: [/./],
    silent: true,
    config: false,
    esbuildOptions: (options) => {
      options.conditions = ['@quorate/source'];
    },
    esbuildPlugins: [
      {
        name: 'next version',
        setup: (esbuild) =>
          esbuild.onLoad({ filter: /worker-threads.layout\.ts$/ }, () => ({ contents, loader: 'ts' })),
      },
    ],
  });
  return pathToFileURL(join(folder, 'worker.mjs'));
}
