import { QuorateError } from '@quorate/serialization';
import { shown } from './suggest.js';

/** One `--fault NODE:BEHAVIOUR[@WHEN]`, read but not yet compared with the group and the behaviours that exist. */
export interface FaultSpecification {
  /** As it was written. */
  readonly text: string;
  readonly node: number;
  readonly behaviour: string;
  /** When the behaviour begins, in milliseconds after the start (one tick in virtual time). */
  readonly at: number | undefined;
}

/** Latest start of a behaviour: a day. */
const maxStart = 86_400_000;

/** Reads a fault. Throws Q9005. */
export function parseFault(text: string): FaultSpecification {
  const match = /^(\d{1,9}):([a-z][a-z-]*)(?:@(.+))?$/i.exec(text.trim());
  if (match === null) {
    throw new QuorateError(
      'Q9005',
      `${shown(text)} is not a fault`,
      text.includes('->')
        ? 'links are cut by quorate sim alone; write NODE:BEHAVIOUR[@WHEN]'
        : 'write NODE:BEHAVIOUR[@WHEN], such as 3:equivocate or 2:crash@120ms',
    );
  }
  const [, node = '', behaviour = '', when] = match;
  return {
    text,
    node: Number(node),
    behaviour: behaviour.toLowerCase(),
    at: when === undefined ? undefined : startOf(text, when),
  };
}

function startOf(text: string, when: string): number {
  const match = /^(\d{1,9}(?:\.\d{1,3})?)(ms|s|)$/.exec(when);
  const [, amount = '', unit = ''] = match ?? [];
  const milliseconds = Math.round(Number(amount) * (unit === 's' ? 1000 : 1));
  if (match === null || milliseconds > maxStart) {
    throw new QuorateError(
      'Q9005',
      `${shown(text)} begins at ${shown(when)}, which is no time`,
      'write @120ms or @2s, at most a day',
    );
  }
  return milliseconds;
}
