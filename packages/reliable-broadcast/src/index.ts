export * from '@quorate/transport/contract';
export { BestEffortBroadcast, createBestEffortBroadcast } from './best-effort.js';
export {
  checkPayload,
  defaultMaxPayload,
  type Broadcast,
  type BroadcastFactory,
  type BroadcastOptions,
  type Delivery,
  type Usage,
} from './broadcast.js';
export { errors } from './errors.js';
export { defaultLimits, type Limits } from './limits.js';
export {
  messageSchema,
  type Delivered,
  type Echo,
  type Input,
  type Message,
  type Progress,
  type Request,
  type Vote,
} from './message.js';
export { BroadcastObserver, broadcastProperties, properties, type BroadcastObserverOptions } from './properties.js';
export { createReliableBroadcast, ReliableBroadcast, type ReliableBroadcastOptions } from './reliable-broadcast.js';
export { SenderOrder } from './sender-order.js';
export { firstSequence, incarnationOf } from './sequence.js';
export { FirstValues } from './first-values.js';
export { broadcastMembers, checkFunction, checkMade, checkMaking, collectorMembers } from './making.js';
export { checkBounds, checkClosing, checkValue } from './round-collector.js';
export type {
  Collected,
  RoundCollector,
  RoundCollectorFactory,
  RoundCollectorOptions,
  RoundValue,
} from './round-collector.js';
