/**
 * Fails when a package stands on anything but its parent in the tree, when a file imports what its package does not
 * declare, or when a browser-safe entry point reaches Node, a clock, a timer or unseeded randomness.
 *
 *     tsx tools/check-layers.ts [WORKSPACE]
 */
import { argv, cwd, exit } from 'node:process';
import { checkLayers } from './layers/check.js';

const problems = checkLayers(argv[2] ?? cwd());
for (const problem of problems) console.error(problem);
console.log(problems.length === 0 ? 'layers: in order' : `layers: ${problems.length} problems`);
exit(problems.length === 0 ? 0 : 1);
