/** `Endpoint`: the basic layer, for people who want messages and no protocol. */
import type { QuorateError } from '@quorate/serialization';
import type { Clock } from './clock.js';
import type { Fault } from './fault.js';
import type { FaultRecord } from './fault-log.js';
import type { Group } from './group.js';
import type { EndpointMessage, MessageQuery } from './inbox.js';
import type { NodeId } from './node-id.js';
import type { LinkEvent, Transport } from './transport.js';

/** A function that is told the messages of a turn. The array and the payloads are the listener's to keep. */
export type MessageListener = (messages: readonly EndpointMessage[]) => void;

export interface EndpointObserver {
  /** `count` says how often this peer did this, this time included. A peer decides how often this is called. */
  fault?(peer: NodeId, fault: Fault, count: number): void;
  link?(peer: NodeId, event: LinkEvent): void;
}

export interface EndpointOptions {
  /** Not opened yet; the endpoint opens it, and closes it when it is closed itself. */
  readonly transport: Transport;
  /** Needed for `recv` with a timeout. */
  readonly clock?: Clock;
  /** Unread messages that are kept of each peer. Default 4,096. */
  readonly inboxMessages?: number;
  /** Bytes of unread payloads that are kept of each peer. Default 16 MiB. */
  readonly inboxBytes?: number;
  /** A listener from the very beginning: see {@link Endpoint.onMessages}. */
  readonly onMessages?: MessageListener;
  readonly observer?: EndpointObserver;
}

export interface SendOptions {
  /** What the message is about, at most 64 bytes of UTF-8. Default the empty string. */
  readonly tag?: string;
  /** A whole number, 0 … 2^53 − 1. Default 0. */
  readonly round?: number;
}

export interface ReceiveOptions extends MessageQuery {
  readonly signal?: AbortSignal;
  /** Ticks (milliseconds on a real clock) after which to give up; a whole number ≥ 1. */
  readonly timeout?: number;
}

/** Sends and receives messages with a tag and a round. */
export interface Endpoint {
  readonly group: Group;
  readonly self: NodeId;
  /** Longest payload, in bytes: a frame less 81. */
  readonly maxPayloadBytes: number;
  /**
   * Sends a message; to oneself too. Resolves when it was accepted (waits while the transport is congested), not when it
   * arrived. Rejects with Q3012 (payload, tag or round out of bounds), Q1002 (no such node), Q3005 (closed), or the
   * signal's reason. The payload is copied at once.
   */
  send(to: NodeId, payload: Uint8Array, options?: SendOptions & { readonly signal?: AbortSignal }): Promise<void>;
  /** The same message to everybody, oneself included. */
  broadcast(payload: Uint8Array, options?: SendOptions & { readonly signal?: AbortSignal }): Promise<void>;
  /** Sends without waiting: whether the message was accepted. `all` is everybody, oneself included. Throws what `send` rejects with. */
  trySend(to: NodeId | 'all', payload: Uint8Array, options?: SendOptions): boolean;
  /**
   * The next message that matches; all others are kept, in order, for later calls. Whoever waits longest is served first.
   *
   * Of a peer that sends more than anybody reads, the oldest unread messages are dropped, and the peer is reported
   * (`inbox-overrun`): one that floods with what nobody asks for takes nothing from the others.
   *
   * Rejects with the signal's reason, Q3013 (the time is up), Q3007 (a timeout without a clock), Q3004 (a timeout that is
   * none), Q1002 (no such node), Q3005 (closed).
   */
  recv(options?: ReceiveOptions): Promise<EndpointMessage>;
  /**
   * The fast path: calls `listener`, at the end of each turn, with all messages that no `recv` was waiting for; they are not
   * kept then. The answer removes it. The first listener is also told what was kept. One that throws stops the endpoint (Q3009).
   */
  onMessages(listener: MessageListener): () => void;
  /** What is known against the peers: one record per peer and kind of fault, with the first evidence and a count. */
  readonly faults: readonly FaultRecord[];
  /** Resolves when the endpoint has stopped: with an error if it stopped itself (Q3006, Q3009), without one if it was closed. */
  readonly failure: Promise<QuorateError | undefined>;
  /** Closes the transport; whoever waits is rejected with Q3005. Idempotent. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}
