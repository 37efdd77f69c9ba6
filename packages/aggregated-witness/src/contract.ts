/** What a layer above is written against: everything that the witness layer hands up, and what this one puts out. */
export * from '@quorate/witness/contract';
export type { AggregatedWitnessed } from './aggregated-witness.js';
