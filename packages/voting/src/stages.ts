/** The steps of an agreement, and what is said in them. */
import type { Group } from '@quorate/transport/contract';
import type { Decree, Message, Proposal, Settled, Support, Vote } from './message.js';
import { same, type Opinion } from './value.js';

/** What belongs to an agreement, as opposed to what leads from one to the next. */
export type AgreementMessage = Proposal | Vote | Support | Decree | Settled;

/** `kings` is the protocol; `majority` is one vote and more than half, which an equivocating leader splits. */
export type Quorum = 'kings' | 'majority';

/** A step. */
export interface Stage {
  readonly kind: AgreementMessage['kind'];
  readonly phase: number;
}

/** The steps of an agreement in their order. It begins with a proposal only if it is `proposed`. */
export function stagesOf({ f }: Group, quorum: Quorum, proposed: boolean): readonly Stage[] {
  const proposal: Stage[] = proposed ? [{ kind: 'proposal', phase: 0 }] : [];
  const settled: Stage = { kind: 'settled', phase: 0 };
  if (quorum === 'majority') return [...proposal, { kind: 'vote', phase: 0 }, settled];
  const phases = Array.from({ length: f + 1 }, (_, phase) =>
    (['vote', 'support', 'decree'] as const).map((kind) => ({ kind, phase })),
  );
  return [...proposal, ...phases.flat(), settled];
}

export const phaseOf = (message: AgreementMessage): number => ('phase' in message ? message.phase : 0);

/** Whether two words of one step say the same. */
export const alike = (a: AgreementMessage, b: AgreementMessage): boolean =>
  same(valueOf(a), valueOf(b)) && isSupported(a) === isSupported(b);

const valueOf = (message: AgreementMessage): Opinion => ('value' in message ? message.value : undefined);

const isSupported = (message: AgreementMessage): boolean => 'supported' in message && message.supported;

/** Whether a message belongs to an agreement. */
export const isOfAgreement = (message: Message): message is AgreementMessage =>
  message.kind === 'proposal' ||
  message.kind === 'vote' ||
  message.kind === 'support' ||
  message.kind === 'decree' ||
  message.kind === 'settled';
