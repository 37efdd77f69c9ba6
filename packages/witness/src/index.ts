export * from '@quorate/reliable-broadcast/contract';
export * from './tower.js';
export { errors } from './errors.js';
export { messageSchema, type Above, type Message, type Report, type Value } from './message.js';
export { createWitness, Witness } from './witness.js';
export type { WitnessOptions, WitnessUsage } from './witness-options.js';
export { properties, rules, WitnessObserver, witnessProperties, type WitnessObserverOptions } from './properties.js';
