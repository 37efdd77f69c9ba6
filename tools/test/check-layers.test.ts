import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkLayers } from '../layers/check.js';

const repository = fileURLToPath(new URL('../..', import.meta.url));

type Files = Readonly<Record<string, object | string>>;

/** A small workspace that is in order; each test breaks one thing in it. */
const inOrder: Files = {
  'package.json': { devDependencies: { vitest: '1' } },
  'packages/serialization/package.json': {
    name: '@quorate/serialization',
    dependencies: { msgpack: '1' },
    ...doors('.'),
  },
  'packages/serialization/src/index.ts': `import { encode } from 'msgpack';\nexport const bytes = encode;\n`,
  'packages/transport/package.json': {
    name: '@quorate/transport',
    dependencies: { '@quorate/serialization': '*' },
    imports: {
      '#clock': { node: './src/clock.node.ts', default: './src/clock.ts' },
    },
    ...doors('.', './contract', './worker-threads'),
  },
  'packages/transport/src/index.ts': `export * from './contract.js';\nimport '#clock';\n`,
  'packages/transport/src/contract.ts': `export * from '@quorate/serialization';\n`,
  'packages/transport/src/clock.ts': `export const now = 0;\n`,
  'packages/transport/src/clock.node.ts': `export { hrtime as now } from 'node:process';\n`,
  'packages/transport/src/worker-threads.ts': `import { Worker } from 'node:worker_threads';\nexport { Worker };\nsetTimeout(() => {}, Date.now());\n`,
  'packages/simulation/package.json': {
    name: '@quorate/simulation',
    dependencies: { '@quorate/transport': '*' },
    ...doors('.'),
  },
  'packages/simulation/src/index.ts': `export * from '@quorate/transport/contract';\n`,
  'packages/reliable-broadcast/package.json': {
    name: '@quorate/reliable-broadcast',
    dependencies: { '@quorate/transport': '*' },
    devDependencies: { '@quorate/simulation': '*' },
    ...doors('.'),
  },
  'packages/reliable-broadcast/src/index.ts': `export * from '@quorate/transport';\n`,
  'packages/reliable-broadcast/test/a.test.ts': `import { it } from 'vitest';\nimport * as s from '@quorate/simulation';\nimport '../src/index.js';\nimport 'node:fs';\nit(s);\n`,
  'apps/runner/package.json': {
    name: 'quorate',
    dependencies: { '@quorate/reliable-broadcast': '*', '@quorate/transport': '*' },
  },
  'apps/runner/src/main.ts': `import { run } from '@quorate/transport/worker-threads';\nimport 'node:fs';\nrun(Math.random());\n`,
};

/** An `exports` table whose doors lead to the source of the same name. */
function doors(...names: string[]): object {
  return {
    exports: Object.fromEntries(names.map((name) => [name, { '@quorate/source': sourceOf(name), default: './dist' }])),
  };
}

function sourceOf(door: string): string {
  return door === '.' ? './src/index.ts' : `${door.replace('./', './src/')}.ts`;
}

/** Each way to break it: the files that change, and what must be said about it. */
const broken: Readonly<Record<string, readonly [Files, string]>> = {
  'a package that skips its parent': [
    {
      'packages/reliable-broadcast/package.json': {
        dependencies: { '@quorate/transport': '*', '@quorate/serialization': '*' },
      },
    },
    'packages/reliable-broadcast/package.json: @quorate/reliable-broadcast depends on @quorate/serialization, but stands on @quorate/transport',
  ],
  'a package that does not stand on its parent': [
    { 'packages/simulation/package.json': { dependencies: {} }, 'packages/simulation/src/index.ts': 'export {};' },
    'packages/simulation/package.json: @quorate/simulation must depend on @quorate/transport',
  ],
  'a peer dependency on a sister': [
    { 'packages/reliable-broadcast/package.json': { peerDependencies: { '@quorate/simulation': '*' } } },
    'packages/reliable-broadcast/package.json: @quorate/reliable-broadcast depends on @quorate/simulation, but stands on @quorate/transport',
  ],
  'a package outside the tree': [
    { 'packages/gossip/package.json': { name: '@quorate/gossip' } },
    'packages/gossip/package.json: @quorate/gossip has no place in the tree (tools/layers/tree.ts)',
  ],
  'a package that depends on the command': [
    { 'packages/simulation/package.json': { dependencies: { '@quorate/transport': '*', quorate: '*' } } },
    'packages/simulation/package.json: @quorate/simulation depends on quorate, but stands on @quorate/transport',
  ],
  'a layer below the simulation that is tested with it': [
    { 'packages/transport/package.json': { devDependencies: { '@quorate/simulation': '*' } } },
    'packages/transport/package.json: @quorate/transport may not use @quorate/simulation for development (protocol packages may name @quorate/simulation)',
  ],
  'a development dependency on a sister': [
    { 'packages/simulation/package.json': { devDependencies: { '@quorate/reliable-broadcast': '*' } } },
    'packages/simulation/package.json: @quorate/simulation may not use @quorate/reliable-broadcast for development (protocol packages may name @quorate/simulation)',
  ],
  'an undeclared module': [
    { 'packages/simulation/src/index.ts': `export { x } from 'left-pad';` },
    'packages/simulation/src/index.ts: imports left-pad, but left-pad is not declared for src',
  ],
  'an undeclared module in a type': [
    { 'packages/simulation/src/index.ts': `export type X = import('left-pad').X;` },
    'packages/simulation/src/index.ts: imports left-pad, but left-pad is not declared for src',
  ],
  'an undeclared module, imported late': [
    { 'packages/simulation/src/index.ts': `export const x = () => import('left-pad');` },
    'packages/simulation/src/index.ts: imports left-pad, but left-pad is not declared for src',
  ],
  'a source that imports a layer further down': [
    { 'packages/reliable-broadcast/src/index.ts': `import '@quorate/serialization';` },
    'packages/reliable-broadcast/src/index.ts: imports @quorate/serialization, but @quorate/serialization is not declared for src',
  ],
  'a source that imports what its tests may': [
    { 'packages/reliable-broadcast/src/index.ts': `import type { X } from '@quorate/simulation';` },
    'packages/reliable-broadcast/src/index.ts: imports @quorate/simulation, but @quorate/simulation is not declared for src',
  ],
  'a package entered beside its doors': [
    { 'packages/reliable-broadcast/test/a.test.ts': `import '@quorate/transport/src/contract.js';` },
    'packages/reliable-broadcast/test/a.test.ts: @quorate/transport/src/contract.js is not an entry point of @quorate/transport',
  ],
  'a path into another package': [
    { 'packages/reliable-broadcast/src/index.ts': `import '../../transport/src/contract.js';` },
    `packages/reliable-broadcast/src/index.ts: ../../transport/src/contract.js leaves the package's src`,
  ],
  "a source that takes its parent's contract from its own re-export": [
    {
      'packages/transport/src/index.ts': `export * from './contract.js';\nimport './a.js';`,
      'packages/transport/src/a.ts': `import './contract.js';`,
    },
    'packages/transport/src/a.ts: ./contract.js is for other packages: name the module that the contract comes from',
  ],
  'a source that imports a test': [
    { 'apps/runner/src/main.ts': `import '../test/a.test.js';` },
    `apps/runner/src/main.ts: ../test/a.test.js leaves the package's src`,
  ],
  'an unknown platform import': [
    { 'packages/simulation/src/index.ts': `import '#sha256';` },
    `packages/simulation/src/index.ts: #sha256 is not among the package's imports`,
  ],
  'a module of Node without its prefix': [
    { 'apps/runner/src/main.ts': `import 'fs';` },
    'apps/runner/src/main.ts: write node:fs for a module of Node',
  ],
  'Node in a root': [
    { 'packages/transport/src/index.ts': `import 'node:fs';` },
    'packages/transport/src/index.ts: imports node:fs, and a browser-safe entry point leads here',
  ],
  'Node behind a root': [
    {
      'packages/simulation/src/index.ts': `export * from './a.js';`,
      'packages/simulation/src/a.ts': `import 'node:fs';`,
    },
    'packages/simulation/src/a.ts: imports node:fs, and a browser-safe entry point leads here',
  ],
  'a Node subpath behind a root': [
    { 'packages/simulation/src/index.ts': `export * from '@quorate/transport/worker-threads';` },
    'packages/simulation/src/index.ts: imports @quorate/transport/worker-threads, and a browser-safe entry point leads here',
  ],
  "Node in the browser's platform file": [
    { 'packages/transport/src/clock.ts': `export { hrtime as now } from 'node:process';` },
    'packages/transport/src/clock.ts: imports node:process, and a browser-safe entry point leads here',
  ],
  'a clock in a root': [
    { 'packages/transport/src/contract.ts': `export const now = () => Date.now();` },
    'packages/transport/src/contract.ts: uses Date, and a pure entry point leads here',
  ],
  'a timer in a root': [
    { 'packages/transport/src/contract.ts': `setTimeout(() => {}, 1);` },
    'packages/transport/src/contract.ts: uses setTimeout, and a pure entry point leads here',
  ],
  'unseeded randomness in a root': [
    { 'packages/transport/src/contract.ts': `export const coin = Math.random() < 0.5;` },
    'packages/transport/src/contract.ts: uses Math.random, and a pure entry point leads here',
  ],
};

describe('check-layers', () => {
  let root = '';

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'layers-'));
    for (const [path, content] of Object.entries(inOrder)) write(path, content);
  });
  afterEach(() => rmSync(root, { recursive: true }));

  const write = (path: string, content: object | string): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), typeof content === 'string' ? content : JSON.stringify(content));
  };

  it('accepts a workspace in order', () => {
    expect(checkLayers(root)).toEqual([]);
  });

  it.each(Object.entries(broken))('refuses %s', (_title, [changes, problem]) => {
    for (const [path, change] of Object.entries(changes)) {
      write(path, typeof change === 'string' ? change : { ...(inOrder[path] as object | undefined), ...change });
    }
    expect(checkLayers(root)).toEqual([problem]);
  });

  it('refuses a folder without packages', () => {
    expect(checkLayers(join(root, 'nowhere'))).toHaveLength(1);
  });

  it('ends with status 1 on a broken workspace', async () => {
    write('packages/simulation/src/index.ts', `import 'left-pad';`);
    const run = promisify(execFile)(process.execPath, [
      '--import=tsx',
      join(repository, 'tools/check-layers.ts'),
      root,
    ]);
    await expect(run).rejects.toMatchObject({ code: 1, stdout: 'layers: 1 problems\n' });
  });
});
