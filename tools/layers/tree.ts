/**
 * The tree: every package stands on exactly one other. A package that is not here yet is refused, so whoever adds one
 * decides what it stands on.
 */
export const parents: ReadonlyMap<string, string | undefined> = new Map([
  ['@quorate/serialization', undefined],
  ['@quorate/transport', '@quorate/serialization'],
  ['@quorate/reliable-broadcast', '@quorate/transport'],
  ['@quorate/witness', '@quorate/reliable-broadcast'],
  ['@quorate/aggregated-witness', '@quorate/witness'],
  ['@quorate/barycentric-agreement', '@quorate/reliable-broadcast'],
  ['@quorate/authentication', '@quorate/transport'],
  ['@quorate/pbft', '@quorate/authentication'],
  ['@quorate/tuplespace', '@quorate/transport'],
  ['@quorate/byzantine-generals', '@quorate/tuplespace'],
  ['@quorate/voting', '@quorate/transport'],
  ['@quorate/simulation', '@quorate/transport'],
]);

/** What tests of protocols may use beside their own package; the layers that it stands on itself may not. */
export const simulation = '@quorate/simulation';
export const belowSimulation: ReadonlySet<string> = new Set([
  '@quorate/serialization',
  '@quorate/transport',
  simulation,
]);

/** Entry points that must run in a browser; every other one may need Node. */
export const browserSafe: ReadonlySet<string> = new Set(['.', './contract', './compliance']);

/** Those of them that may not reach a clock, a timer or unseeded randomness either. */
export const pure: ReadonlySet<string> = new Set(['.', './contract']);

/** Whether a package is one of ours. */
export const isOurs = (name: string): boolean => name.startsWith('@quorate/') || name === 'quorate';
