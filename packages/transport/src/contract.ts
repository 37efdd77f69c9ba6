/**
 * What a protocol is written against: group, thresholds, step and effects, schemas. Every layer re-exports it, so that a
 * protocol is written and used from one import.
 */
export {
  boolean,
  bigint,
  bytes,
  carrying,
  choice,
  codec,
  float,
  integer,
  list,
  mapping,
  optional,
  QuorateError,
  record,
  Refusal,
  text,
  tuple,
  union,
  anyValue,
  equalBytes,
  mutate,
  sample,
  sha256,
} from '@quorate/serialization';
export type {
  Codec,
  ErrorCatalogue,
  ErrorExplanation,
  Random,
  RefusalReason,
  Schema,
  Shape,
  Value,
} from '@quorate/serialization';
export type { Fault } from './fault.js';
export { createGroup, maxFaulty, maxNodes, type Group } from './group.js';
export { nodeId, nodeIds, nodeIdSchema, type NodeId } from './node-id.js';
export { NodeSet, nodeSetBytes } from './node-set.js';
export type { Checker, CheckerFactory, Violation } from './property.js';
export type { DurableProtocol, Protocol, TimedProtocol } from './protocol.js';
export { lift, noEffects, putsNothingOut, type Effect, type Lifting, type Step } from './step.js';
export { allCorrect, deliver, intersecting, oneCorrect } from './thresholds.js';
export { timerKey } from './timers.js';
