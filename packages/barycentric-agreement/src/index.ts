export * from '@quorate/reliable-broadcast/contract';
export { messageSchema, type Carried, type Message, type View } from './message.js';
export { StableVector } from './stable-vector.js';
export { errors } from './errors.js';
export { stableVectorProperties, ViewObserver, viewProperties } from './view-properties.js';
