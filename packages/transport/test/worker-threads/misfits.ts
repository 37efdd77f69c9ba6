import type { TestGroup, TestGroupOptions } from '../../src/compliance.js';
import type { SpawnOptions } from '../../src/worker-threads/index.js';
import { wireVersion } from '../../src/worker-threads/layout.js';
import { openAgents } from './agents.js';
import { bundled } from './bundles.js';

/** A group whose last node believes itself in another group, or runs a build that writes its rings in another way. */
export async function openMisfit(options: TestGroupOptions, misfit: 'group' | 'version'): Promise<TestGroup> {
  const isLast = (node: number): boolean => node === options.nodes - 1;
  if (misfit === 'group') {
    return openAgents(options, (spawn) => (given, node) => {
      return spawn(isLast(node) ? altered(given, { groupId: 'f'.repeat(32) }) : given);
    });
  }
  const file = await bundled('agent-worker', 'agent-worker-of-next-version', {
    file: 'worker-threads/layout.ts',
    alter: (source) => source.replace(`wireVersion = ${wireVersion}`, `wireVersion = ${wireVersion + 1}`),
  });
  return openAgents(options, (spawn) => (given, node) => {
    // It would not even join otherwise.
    return isLast(node) ? spawn(altered(given, { wireVersion: wireVersion + 1 }), file) : spawn(given);
  });
}

/** The options with other words in our part of `workerData`. */
function altered(options: SpawnOptions, words: object): SpawnOptions {
  const entries = Object.entries(options.workerData).map(([key, ours]) => [key, { ...(ours as object), ...words }]);
  return { ...options, workerData: Object.fromEntries(entries) as SpawnOptions['workerData'] };
}
