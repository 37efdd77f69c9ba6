import type { Fault } from './fault.js';
import type { NodeId } from './node-id.js';
import type { StorageCut } from './storage.js';
import type { LinkEvent } from './transport.js';

/**
 * What can be watched of a node, for metrics and logs. Called in the middle of things: look, do not touch (a `trySubmit`
 * from here answers `false`), and keep no views of messages. One that throws stops the node (Q3009).
 */
export interface NodeObserver<Message, Output> {
  /** A message came in. `bytes` is its length on the wire, 0 for one from the node itself. */
  received?(from: NodeId, message: Message, bytes: number): void;
  /** A message went out: once for a broadcast, which is encoded once. `bytes` is 0 for one to the node itself alone. */
  sent?(to: NodeId | 'all', message: Message, bytes: number): void;
  /** A step was applied, of so many effects. Not called for empty steps. */
  stepped?(effects: number): void;
  output?(value: Output): void;
  /** `count` says how often this peer did this, this time included. A peer decides how often this is called. */
  fault?(peer: NodeId, fault: Fault, count: number): void;
  link?(peer: NodeId, event: LinkEvent): void;
  /** A protocol with records was told those of earlier lives: so many; `cut` is what had to be cut off behind the last whole one. */
  restored?(records: number, cut: StorageCut | undefined): void;
}

/** What a node did so far. */
export interface NodeCounters {
  /** Values that were accepted from our own caller. */
  readonly inputs: number;
  /** Values that the protocol put out. */
  readonly outputs: number;
  /** Messages from others, malformed ones included. */
  readonly messagesIn: number;
  /** Messages to others: a broadcast counts n − 1. */
  readonly messagesOut: number;
  /** Messages that the node delivered to itself. */
  readonly messagesToSelf: number;
  /** Bytes of messages from others. */
  readonly bytesIn: number;
  /** Bytes of messages to others. */
  readonly bytesOut: number;
  /** Faults of all peers. */
  readonly faults: number;
  /** Records that became durable. */
  readonly records: number;
  /** Writes to the storage that they took. */
  readonly commits: number;
}
