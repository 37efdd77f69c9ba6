/** What a layer above is written against: the contract of protocols, broadcasts and round collectors, and the layer of witnesses. */
export * from '@quorate/reliable-broadcast/contract';
export * from './tower.js';
