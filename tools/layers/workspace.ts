import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

type Names = Readonly<Record<string, unknown>>;

/** The parts of a package.json that layering is about. */
export interface Manifest {
  readonly name: string;
  readonly exports?: Names;
  readonly imports?: Names;
  readonly dependencies?: Names;
  readonly devDependencies?: Names;
  readonly peerDependencies?: Names;
  readonly optionalDependencies?: Names;
}

/** A package or an app of the workspace. */
export interface Package {
  /** Path from the workspace's root. */
  readonly folder: string;
  readonly isApp: boolean;
  readonly name: string;
  readonly manifest: Manifest;
}

/** The packages and apps of a workspace. */
export function packagesOf(root: string): Package[] {
  return ['packages', 'apps'].flatMap((group) =>
    foldersIn(join(root, group)).flatMap((folder) => {
      if (!existsSync(join(folder, 'package.json'))) return [];
      const manifest = manifestIn(folder);
      return [{ folder: relative(root, folder), isApp: group === 'apps', name: manifest.name, manifest }];
    }),
  );
}

export const manifestIn = (folder: string): Manifest =>
  JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;

/** What the package needs where it is installed. */
export const runtimeNames = ({ dependencies, peerDependencies, optionalDependencies }: Manifest): string[] =>
  [dependencies, peerDependencies, optionalDependencies].flatMap((table) => Object.keys(table ?? {}));

/** What the package needs while it is developed, besides. */
export const developmentNames = ({ devDependencies }: Manifest): string[] => Object.keys(devDependencies ?? {});

/** TypeScript files below a folder, as paths from the root, in order. */
export function sourcesIn(root: string, folder: string): string[] {
  const top = join(root, folder);
  if (!existsSync(top)) return [];
  return readdirSync(top, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.[mc]?tsx?$/.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .filter((path) => !path.includes('node_modules'))
    .toSorted();
}

const foldersIn = (folder: string): string[] =>
  existsSync(folder)
    ? readdirSync(folder, { withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .map((entry) => join(folder, entry.name))
    : [];
