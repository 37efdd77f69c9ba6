/**
 * The messages of reliable broadcast, with their wire format beside them. An instance is (sender, sequence); layers that
 * run several broadcasts over one link wrap these messages, so a channel is a wrapper and not a field.
 */
import { bytes, integer, nodeIdSchema, union, type Group, type NodeId, type Schema } from '@quorate/transport/contract';
import { sequenceSchema } from './sequence.js';

/** [Bracha 87] "initial": the sender gives its payload to everybody. */
export interface Input {
  readonly kind: 'input';
  readonly sender: NodeId;
  readonly sequence: number;
  readonly payload: Uint8Array;
}

/** [Bracha 87] "echo": the payload that this node took for the sender's. */
export interface Echo {
  readonly kind: 'echo';
  readonly sender: NodeId;
  readonly sequence: number;
  readonly payload: Uint8Array;
}

/** [Bracha 87] "ready". Names the payload: itself below 32 bytes, its SHA-256 from 32 bytes on. */
export interface Vote {
  readonly kind: 'vote';
  readonly sender: NodeId;
  readonly sequence: number;
  readonly value: Uint8Array;
}

/** Catch-up: "repeat what you said about `count` of the sender's instances, from `sequence` on". */
export interface Request {
  readonly kind: 'request';
  readonly sender: NodeId;
  readonly sequence: number;
  /** 1 … 64: what the asking node has room for, so that nothing is repeated to be dropped again. */
  readonly count: number;
}

/** Catch-up: "I delivered this." Counts as the node's vote; f + 1 equal ones suffice to deliver. */
export interface Delivered {
  readonly kind: 'delivered';
  readonly sender: NodeId;
  readonly sequence: number;
  readonly payload: Uint8Array;
}

/**
 * Catch-up: ends the answer to the request from `sequence` on. It covered what lies below `next` (nothing when they are
 * equal: refused for now); this node knows of instances below `head`, and can repeat nothing below `oldest`. A `head` in
 * another life than `next` answers nothing: it tells that the sender has a later life.
 */
export interface Progress {
  readonly kind: 'progress';
  readonly sender: NodeId;
  readonly sequence: number;
  readonly oldest: number;
  readonly next: number;
  readonly head: number;
}

export type Message = Input | Echo | Vote | Request | Delivered | Progress;

/** Payloads shorter than this are voted for as they are, all others by digest; the length tells the two apart. */
export const digestBytes = 32;

/** One answer repeats at most so many instances. */
export const instancesPerAnswer = 64;

/** The wire format: `[case, sender, sequence, …]`, cases numbered in this order. */
export function messageSchema(group: Group, maxPayload: number): Schema<Message> {
  const sender = nodeIdSchema(group);
  const sequence = sequenceSchema;
  const payload = bytes({ max: maxPayload });
  return union({
    input: { sender, sequence, payload },
    echo: { sender, sequence, payload },
    vote: { sender, sequence, value: bytes({ max: digestBytes }) },
    request: { sender, sequence, count: integer({ min: 1, max: instancesPerAnswer }) },
    delivered: { sender, sequence, payload },
    progress: { sender, sequence, oldest: sequence, next: sequence, head: sequence },
  });
}
