import { sha256 } from '@quorate/transport/contract';
import { digestBytes } from './message.js';

/** An owned name for a payload that may be a view of a frame: itself where it is short, or its digest. */
export const nameOf = (payload: Uint8Array): Uint8Array =>
  payload.length < digestBytes ? new Uint8Array(payload) : sha256(new Uint8Array(payload));
