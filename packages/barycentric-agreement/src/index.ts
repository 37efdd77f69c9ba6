export * from '@quorate/reliable-broadcast/contract';
export {
  ApproximateAgreement,
  type ApproximateAgreementOptions,
  type ApproximateOutput,
  type Decision,
  type RoundPoint,
} from './approximate-agreement.js';
export {
  approximateAgreementProperties,
  ApproximateObserver,
  approximateProperties,
} from './approximate-properties.js';
export {
  convergenceRule,
  resolutionOf,
  type ConvergenceRound,
  type ConvergenceRule,
  type Declared,
} from './convergence.js';
export { roundsFor } from './declared.js';
export { errors } from './errors.js';
export { messageSchema, type Carried, type Message, type View } from './message.js';
export { maxDimension, pointBytes, type Point, type Range } from './point.js';
export { safeMidpoint } from './safe-area.js';
export { StableVector } from './stable-vector.js';
export { stableVectorProperties, ViewObserver, viewProperties } from './view-properties.js';
