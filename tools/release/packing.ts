import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { packagesOf, type Manifest } from '../layers/workspace.js';
import { run } from './command.js';

/** pnpm's words for "every package, and not the workspace itself". */
export const everyPackage = ['--recursive', '--filter', './packages/*', '--filter', './apps/*'] as const;

/** Packs every package into `folder`, and refuses what must not be, or is not, in a package. Answers how many there are. */
export async function packAll(workspace: string, folder: string): Promise<number> {
  await run('pnpm', [...everyPackage, 'pack', '--pack-destination', folder], { in: workspace });
  const tarballs = await readdir(folder);
  const packages = packagesOf(workspace);
  if (tarballs.length !== packages.length) throw new Error(`packed ${tarballs.length} of ${packages.length} packages`);
  const problems: string[] = [];
  for (const tarball of tarballs) problems.push(...(await problemsIn(folder, tarball)));
  if (problems.length > 0) throw new Error(problems.join('\n'));
  return packages.length;
}

type PackedManifest = Manifest & { readonly bin?: object };

/** What is wrong with a packed package, in sentences. */
export async function problemsIn(folder: string, tarball: string): Promise<string[]> {
  const paths = (await run('tar', ['-tzf', tarball], { in: folder })).trim().split('\n');
  const files = new Set(paths.map((path) => path.replace(/^package\//, '')));
  const manifest = await run('tar', ['-xzOf', tarball, 'package/package.json'], { in: folder });
  return [
    ...['LICENSE', 'README.md', 'package.json'].filter((file) => !files.has(file)).map((file) => `has no ${file}`),
    ...[...files].filter((file) => !isWanted(file)).map((file) => `contains ${file}`),
    ...targetsIn(JSON.parse(manifest) as PackedManifest)
      .filter((file) => !files.has(file))
      .map((file) => `names ${file}, and lacks it`),
    ...(/"(?:workspace|catalog):/.test(manifest) ? ['has a dependency that only the workspace understands'] : []),
  ].map((problem) => `${tarball} ${problem}`);
}

const isWanted = (file: string): boolean =>
  /^(?:dist|src)\//.test(file) || ['LICENSE', 'README.md', 'CHANGELOG.md', 'package.json'].includes(file);

/** Every file that a manifest leads to. */
function targetsIn({ exports, imports, bin }: PackedManifest): string[] {
  const leaves = (target: unknown): string[] => {
    if (typeof target !== 'string') return Object.values(target ?? {}).flatMap(leaves);
    return target.startsWith('./') ? [target.slice(2)] : [];
  };
  return [exports, imports, bin].flatMap(leaves);
}

/** Every version in the workspace, by name. */
export async function versionsIn(workspace: string): Promise<Map<string, string>> {
  const versions = new Map<string, string>();
  for (const { folder, name } of packagesOf(workspace)) {
    const manifest = JSON.parse(await readFile(join(workspace, folder, 'package.json'), 'utf8')) as { version: string };
    versions.set(name, manifest.version);
  }
  return versions;
}
