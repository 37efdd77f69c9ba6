export * from './contract.js';
export type { LinkEvent, Transport, TransportHandler } from './transport.js';
