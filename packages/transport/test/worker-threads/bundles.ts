import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'tsup';

/** A change to make to a source file on its way into a bundle. */
export interface Alteration {
  /** The file's path ends with this. */
  readonly file: string;
  readonly alter: (source: string) => string;
}

/** Options of a worker that runs a bundle: no hook for the sources, which takes most of the time that a worker takes to start. */
export const withoutHooks = { execArgv: [] };

const bundles = new Map<string, Promise<URL>>();
let folder: Promise<string> | undefined;

/**
 * A worker file beside this one with everything that it imports from the sources, in one file: it starts in a tenth of
 * the time that a worker takes which runs the sources, of which these tests start some two hundred. Made once for each name, until `removeBundles`.
 */
export function bundled(worker: string, name: string = worker, alteration?: Alteration): Promise<URL> {
  const bundle = bundles.get(name) ?? make(worker, name, alteration);
  bundles.set(name, bundle);
  return bundle;
}

/** For whoever has used bundles, when no worker runs one any more. */
export async function removeBundles(): Promise<void> {
  const made = await folder;
  folder = undefined;
  bundles.clear();
  if (made !== undefined) await rm(made, { recursive: true, force: true });
}

async function make(worker: string, name: string, alteration: Alteration | undefined): Promise<URL> {
  folder ??= mkdtemp(join(tmpdir(), 'quorate-workers-'));
  const made = await folder;
  await build({
    entry: { [name]: fileURLToPath(new URL(`./${worker}.ts`, import.meta.url)) },
    outDir: made,
    format: 'esm',
    outExtension: () => ({ js: '.mjs' }),
    target: 'es2023',
    platform: 'node',
    noExternal: [/./],
    sourcemap: 'inline',
    silent: true,
    config: false,
    esbuildOptions: (options) => {
      options.conditions = ['@quorate/source'];
    },
    esbuildPlugins: alteration === undefined ? [] : [altering(alteration)],
  });
  return pathToFileURL(join(made, `${name}.mjs`));
}

type Plugin = NonNullable<Parameters<typeof build>[0]['esbuildPlugins']>[number];

function altering({ file, alter }: Alteration): Plugin {
  return {
    name: 'altering',
    setup: (esbuild) => {
      esbuild.onLoad({ filter: /\.ts$/ }, async ({ path }) => {
        if (!path.endsWith(file)) return undefined;
        const source = await readFile(path, 'utf8');
        const contents = alter(source);
        if (contents === source) throw new Error(`nothing was altered in ${file}`);
        return { contents, loader: 'ts' };
      });
    },
  };
}
