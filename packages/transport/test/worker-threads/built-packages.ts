import { copyFile, mkdir, readdir, readFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'tsup';

interface Manifest {
  readonly exports: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
  readonly imports?: Readonly<Record<string, unknown>>;
}

const packagesFolder = fileURLToPath(new URL('../../../', import.meta.url));

/** Builds a package of the workspace as its build script does, to where a project that has it installed would find it. */
export async function installBuilt(name: string, project: string): Promise<void> {
  const source = join(packagesFolder, name);
  const target = join(project, 'node_modules/@quorate', name);
  const manifest = JSON.parse(await readFile(join(source, 'package.json'), 'utf8')) as Manifest;
  await build({
    entry: [...new Set(sourcesIn([manifest.exports, manifest.imports]))].map((file) => join(source, file)),
    outDir: join(target, 'dist'),
    format: 'esm',
    target: 'es2023',
    splitting: true,
    treeshake: true,
    silent: true,
    config: false,
    tsconfig: join(source, 'tsconfig.build.json'),
    external: [/^#/, /^@quorate\//, /^@msgpack\//, /^@noble\//],
  });
  await copyFile(join(source, 'package.json'), join(target, 'package.json'));
  await linkDependencies(join(source, 'node_modules'), join(project, 'node_modules'));
}

/** Every source file that the manifest names, however deep. */
function sourcesIn(value: unknown): string[] {
  if (typeof value === 'string') return /^\.\/src\/.*\.ts$/.test(value) ? [value] : [];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(sourcesIn) : [];
}

/** What others wrote stays where it is. */
async function linkDependencies(from: string, to: string): Promise<void> {
  for (const scope of await readdir(from)) {
    if (scope === '@quorate' || scope.startsWith('.')) continue;
    const names = scope.startsWith('@') ? (await readdir(join(from, scope))).map((name) => join(scope, name)) : [scope];
    for (const name of names) {
      await mkdir(join(to, name, '..'), { recursive: true });
      await symlink(join(from, name), join(to, name)).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'EEXIST') throw error;
      });
    }
  }
}
