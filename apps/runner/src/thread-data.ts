import type { LoadPlan } from './bench/load-plan.js';
import type { RunPlan } from './run/plan.js';

/** What every thread of a group is given: its work. */
export type ThreadData =
  | { readonly kind: 'run'; readonly plan: RunPlan; readonly progress: SharedArrayBuffer }
  | { readonly kind: 'load'; readonly plan: LoadPlan; readonly counts: SharedArrayBuffer };
