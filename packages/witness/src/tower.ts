/** What a layer above needs beside the contract of protocols. The broadcasts stand here too, so that a tower is built from one import; no layer names one of them. */
export { createBestEffortBroadcast, createReliableBroadcast, FirstValues } from '@quorate/reliable-broadcast';
export { checkMade, checkMaking, collectorMembers } from '@quorate/reliable-broadcast';
export type {
  Broadcast,
  BroadcastFactory,
  BroadcastOptions,
  Collected,
  Delivery,
  RoundCollector,
  RoundCollectorFactory,
  RoundCollectorOptions,
  RoundValue,
  Usage,
} from '@quorate/reliable-broadcast';
export type {
  LayerAbove,
  RoundChannel,
  RoundDelivery,
  RoundPayload,
  Witnessed,
  WitnessFactory,
  WitnessLayer,
} from './witness-layer.js';
export { checkAbove } from './witness-options.js';
export { Claims } from './claims.js';
export { RoundRing, type OfRound } from './round-ring.js';
