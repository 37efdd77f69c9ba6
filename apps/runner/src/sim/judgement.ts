import type { Violation } from '@quorate/transport';
import { exitStatus, type ExitStatus } from '../exit-status.js';
import type { Promised } from '../protocols/protocol.js';

/** Whether each promise held; `null`: not decided, because the run ended at a violation, or lost frames for good. */
export type SimulatedProperties = Readonly<Record<string, boolean | null>>;

/** The violation that a run is judged by: safety before liveness. */
export const decisive = (violations: readonly Violation[]): Violation | undefined =>
  violations.find(({ kind }) => kind === 'safety') ?? violations[0];

/** The key of a violated promise; its label, where it is none of these. */
export const keyOf = (promises: readonly Promised[], { property }: Violation): string =>
  promises.find(({ label }) => label === property)?.key ?? property;

/** What is known before the end: only what was violated. */
export const undecided = (properties: SimulatedProperties): SimulatedProperties =>
  Object.fromEntries(Object.entries(properties).map(([key, held]) => [key, held === false ? false : null]));

/** What held. `complete`: the run came to its end, so that what had to happen could have. */
export function propertiesOf(
  promises: readonly Promised[],
  violations: readonly Violation[],
  complete: boolean,
): SimulatedProperties {
  const held = ({ label, kind }: Promised): boolean | null => {
    if (violations.some(({ property }) => property === label)) return false;
    return complete || kind === 'safety' ? true : null;
  };
  return Object.fromEntries(promises.map((promise) => [promise.key, held(promise)]));
}

/** The exit status that says the same. */
export function statusOf(violation: Violation | undefined): ExitStatus {
  if (violation === undefined) return exitStatus.valid;
  return violation.kind === 'safety' ? exitStatus.safetyViolated : exitStatus.livenessViolated;
}
