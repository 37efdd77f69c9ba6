import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const sourceHook = fileURLToPath(new URL('tools/source.mjs', import.meta.url));

/** Tests run the sources, also inside the worker threads that a test starts: a stale build can never pass. */
export default defineConfig({
  resolve: { conditions: ['@quorate/source', 'node', 'import', 'default'] },
  ssr: { resolve: { conditions: ['@quorate/source', 'node', 'import', 'default'] } },
  test: {
    include: ['packages/*/test/**/*.test.ts', 'apps/*/test/**/*.test.ts', 'tools/test/*.test.ts'],
    execArgv: [`--import=${sourceHook}`, '--conditions=@quorate/source'],
    pool: 'forks',
    isolate: false,
    testTimeout: 60_000,
    coverage: { include: ['packages/*/src/**', 'apps/*/src/**'] },
  },
});
