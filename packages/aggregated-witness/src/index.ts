export * from '@quorate/witness/contract';
export {
  AggregatedWitness,
  createAggregatedWitness,
  type AggregatedWitnessed,
  type AggregatedWitnessOptions,
} from './aggregated-witness.js';
export { errors } from './errors.js';
export { messageSchema, type Above, type AggregatedReport, type Message } from './message.js';
export { AggregatedWitnessObserver, aggregatedWitnessProperties, commonCore, properties, rules } from './properties.js';
