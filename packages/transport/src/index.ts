export type { AnyProtocol } from './any-protocol.js';
export type { Clock } from './clock.js';
export * from './contract.js';
export type {
  Endpoint,
  EndpointObserver,
  EndpointOptions,
  MessageListener,
  ReceiveOptions,
  SendOptions,
} from './endpoint.js';
export { envelopeSchema, type Envelope } from './envelope.js';
export { errors } from './errors.js';
export type { FaultRecord } from './fault-log.js';
export type { EndpointMessage, MessageQuery } from './inbox.js';
export { defaultMaxFrameBytes, defaultOutboxBytes } from './limits.js';
export { createMemoryGroup, type MemoryGroup, type MemoryGroupOptions } from './memory.js';
export { MemoryLog, memoryStorage, type MemoryStorageOptions } from './memory-storage.js';
export type { AnyNodeOptions, DurableNodeOptions, Node, NodeBasics, NodeOptions } from './node.js';
export type { NodeCounters, NodeObserver } from './node-observer.js';
export { openEndpoint } from './open-endpoint.js';
export { openNode } from './open-node.js';
export type { OutputListener } from './outputs.js';
export { checkLogLimits, SequentialStorage, type LogDriver, type LogLimits } from './sequential-storage.js';
export {
  defaultMaxLogBytes,
  defaultMaxRecordBytes,
  type Storage,
  type StorageContents,
  type StorageCut,
} from './storage.js';
export type { LinkEvent, Transport, TransportHandler } from './transport.js';
