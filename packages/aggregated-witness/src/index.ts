export * from './contract.js';
export { AggregatedWitness, createAggregatedWitness, type AggregatedWitnessOptions } from './aggregated-witness.js';
export { errors } from './errors.js';
export { messageSchema, type Above, type AggregatedReport, type Message } from './message.js';
export { AggregatedWitnessObserver, aggregatedWitnessProperties, commonCore, properties, rules } from './properties.js';
