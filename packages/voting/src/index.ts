export * from '@quorate/transport/contract';
export type { AgreementMessage, Quorum } from './stages.js';
export { errors } from './errors.js';
export {
  messageSchema,
  type Ask,
  type Decisions,
  type Decree,
  type Hello,
  type Message,
  type Proposal,
  type Ready,
  type Settled,
  type Support,
  type Vote,
} from './message.js';
export type { VotingOptions } from './options.js';
export type { Ballot, DecidedBy, Output } from './output.js';
export { recordSchema, type DecidedRecord, type LogRecord, type SettledRecord } from './record.js';
export { belowThousand, mostValues, type Batch, type Opinion, type Rule } from './value.js';
export type { Timer } from './timer.js';
export { Voting } from './voting.js';
export { properties, VotingObserver, votingProperties, type VotingObserverOptions } from './properties.js';
