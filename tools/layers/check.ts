import { browserProblems } from './browser.js';
import { importProblems } from './imports.js';
import { manifestProblems } from './manifests.js';
import { packagesOf } from './workspace.js';

/** Everything that breaks the layering of a workspace, in sentences that begin with the file. */
export function checkLayers(root: string): string[] {
  const all = packagesOf(root);
  if (all.length === 0) return [`${root}: no packages here`];
  return all.flatMap((one) => [
    ...manifestProblems(one),
    ...importProblems(root, all, one),
    ...browserProblems(root, one),
  ]);
}
