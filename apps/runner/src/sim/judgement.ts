import { properties as labels } from '@quorate/reliable-broadcast';
import type { Violation } from '@quorate/transport';
import { exitStatus, type ExitStatus } from '../exit-status.js';

/** The promises of a broadcast that are judged, with the key that documents use. */
export const judged = [
  'validity',
  'noDuplication',
  'integrity',
  'agreement',
  'totality',
  'oneVoteValue',
  'onceOnly',
] as const;

export type JudgedProperty = (typeof judged)[number];

/** Whether each promise held; `null`: not decided, because the run ended at a violation, or lost frames for good. */
export type SimulatedProperties = Readonly<Record<JudgedProperty, boolean | null>>;

const isLiveness = (property: JudgedProperty): boolean => property === 'validity' || property === 'totality';

/** The violation that a run is judged by: safety before liveness. */
export const decisive = (violations: readonly Violation[]): Violation | undefined =>
  violations.find(({ kind }) => kind === 'safety') ?? violations[0];

/** The key of a violated promise; its label, where it is none of these. */
export const keyOf = ({ property }: Violation): string => judged.find((key) => labels[key] === property) ?? property;

/** What is known before the end: only what was violated. */
export const undecided = (properties: SimulatedProperties): SimulatedProperties =>
  forEach((property) => (properties[property] === false ? false : null));

/** What held. `complete`: the run came to its end, so that what had to happen could have. */
export function propertiesOf(violations: readonly Violation[], complete: boolean): SimulatedProperties {
  const held = (property: JudgedProperty): boolean | null => {
    if (violations.some((violation) => violation.property === labels[property])) return false;
    return complete || !isLiveness(property) ? true : null;
  };
  return forEach(held);
}

const forEach = (held: (property: JudgedProperty) => boolean | null): SimulatedProperties => ({
  validity: held('validity'),
  noDuplication: held('noDuplication'),
  integrity: held('integrity'),
  agreement: held('agreement'),
  totality: held('totality'),
  oneVoteValue: held('oneVoteValue'),
  onceOnly: held('onceOnly'),
});

/** The exit status that says the same. */
export function statusOf(violation: Violation | undefined): ExitStatus {
  if (violation === undefined) return exitStatus.valid;
  return violation.kind === 'safety' ? exitStatus.safetyViolated : exitStatus.livenessViolated;
}
