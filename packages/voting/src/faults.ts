/** What voting says against its peers. */
import type { Fault } from '@quorate/transport/contract';
import type { Ready, Vote } from './message.js';
import type { AgreementMessage } from './stages.js';
import type { Batch, Opinion } from './value.js';

/** A node said two things in one step, in one life. */
export const equivocation = (first: AgreementMessage, second: AgreementMessage): Fault => ({
  kind: `double-${first.kind}`,
  certainty: 'proof',
  detail: `two different words "${first.kind}" in round ${first.round}, attempt ${first.attempt}`,
  evidence: [first, second],
});

/** A node spoke where another one does: as a leader or king that it is not, or in a phase that there is not. */
export const unentitled = (kind: AgreementMessage['kind'], round: number): Fault => ({
  kind: 'unentitled',
  certainty: 'proof',
  detail: `a word "${kind}" in round ${round} that was not this node's to say`,
  evidence: [],
});

/** A node said nothing within the period. */
export const missing = (kind: AgreementMessage['kind'], round: number): Fault => ({
  kind: 'missing',
  certainty: 'suspicion',
  detail: `no "${kind}" in time in round ${round}`,
  evidence: [],
});

/** A node voted otherwise than the rule says of the leader's value. A leader that told it another value looks the same. */
export const dissent = (proposal: Opinion, vote: Vote): Fault => ({
  kind: 'dissent',
  certainty: 'suspicion',
  detail: `a vote in round ${vote.round} that does not fit the leader's proposal`,
  evidence: [proposal, vote],
});

/** A node claims another decision than the one that stands. */
export const contradiction = (decision: Batch, claim: Ready): Fault => ({
  kind: 'contradiction',
  certainty: 'proof',
  detail: `another decision of round ${claim.round - 1} than the one that stands`,
  evidence: [decision, claim],
});
