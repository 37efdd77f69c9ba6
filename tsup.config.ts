import { defineConfig } from 'tsup';

/** One shape for every package: ESM, unbundled dependencies, `#…` imports left to the runtime's conditions. */
export default defineConfig({
  format: 'esm',
  target: 'es2023',
  outDir: 'dist',
  clean: true,
  splitting: true,
  sourcemap: true,
  treeshake: true,
  external: [/^#/],
});
