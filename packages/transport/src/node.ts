/**
 * `Node`: the host that drives one protocol over one transport. It obeys one rule: one event, its whole step in order, then
 * the next event. It never stops reading because it cannot write; back-pressure is felt in `submit` alone.
 */
import type { QuorateError } from '@quorate/serialization';
import type { AnyProtocol } from './any-protocol.js';
import type { Clock } from './clock.js';
import type { FaultRecord } from './fault-log.js';
import type { NodeId } from './node-id.js';
import type { NodeCounters, NodeObserver } from './node-observer.js';
import type { OutputListener } from './outputs.js';
import type { DurableProtocol, Protocol, TimedProtocol } from './protocol.js';
import type { Storage } from './storage.js';
import type { Transport } from './transport.js';

/** What every node can be given, whatever its protocol. */
export interface NodeBasics<Message, Output> {
  /** Not opened yet; the node opens it, and closes it when it is closed itself. */
  readonly transport: Transport;
  /** Needed when the protocol arms timers. */
  readonly clock?: Clock;
  /** Outputs that may wait for a reader before the node stops reading from its transport. Default 65,536. */
  readonly outputBuffer?: number;
  /** A listener from the very beginning: see {@link Node.onOutputs}. */
  readonly onOutputs?: OutputListener<Output>;
  readonly observer?: NodeObserver<Message, Output>;
}

/** A node whose protocol keeps no records. */
export interface NodeOptions<Input, Message, Output, Timer = never> extends NodeBasics<Message, Output> {
  readonly protocol: Protocol<Input, Message, Output, Timer> | TimedProtocol<Input, Message, Output, Timer>;
  readonly storage?: undefined;
}

/** A node whose protocol keeps records. */
export interface DurableNodeOptions<Input, Message, Output, Record, Timer = never> extends NodeBasics<Message, Output> {
  readonly protocol: DurableProtocol<Input, Message, Output, Record, Timer>;
  /** Not opened yet, and of this node alone; the node opens it, and closes it when it is closed itself. */
  readonly storage: Storage;
  /** Gives up while the log is read: `openNode` rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** A node whose caller does not know what kind of protocol it has: one with records and without storage is refused when it is opened (Q3008). */
export interface AnyNodeOptions<Input, Message, Output, Timer, Record> extends NodeBasics<Message, Output> {
  readonly protocol: AnyProtocol<Input, Message, Output, Timer, Record>;
  /** Not touched when the protocol has no records. */
  readonly storage: Storage | undefined;
  /** Gives up while the log is read. */
  readonly signal?: AbortSignal;
}

/** A protocol that runs. */
export interface Node<Input, Output> {
  readonly self: NodeId;
  /**
   * Puts a value in. Resolves when the node has accepted it (not: when it is durable): this is where back-pressure is felt, first come, first served.
   * Rejects when the signal is aborted first, with Q3005 or Q3006 when the node stops first, and with what the
   * protocol says of an unacceptable value.
   */
  submit(value: Input, options?: { readonly signal?: AbortSignal }): Promise<void>;
  /**
   * The same without waiting: whether the value was accepted. Throws Q3005 or Q3006 when the node has stopped, and what the
   * protocol says of an unacceptable value.
   */
  trySubmit(value: Input): boolean;
  /**
   * The fast path: calls `listener` with all outputs of a turn, at its end. The answer removes it. The first listener is
   * also told what came before it. One that throws stops the node (Q3009).
   */
  onOutputs(listener: OutputListener<Output>): () => void;
  /**
   * The outputs one by one, from those that nobody has seen yet on. One iteration at a time (Q3011). Whoever does not read
   * on makes this node stop reading from its peers when `outputBuffer` is full, and nobody else slower. Ends when the
   * node is closed, throws Q3006 when it has failed, and the signal's reason when that is aborted.
   */
  outputs(options?: { readonly signal?: AbortSignal }): AsyncIterableIterator<Output>;
  /** What is known against the peers: one record per peer and kind of fault, with the first evidence and a count. */
  readonly faults: readonly FaultRecord[];
  readonly counters: NodeCounters;
  /** Resolves when the node has stopped: with an error if it stopped itself (Q3006, Q3009; Q3040, Q3041, Q3047, Q3049 when its storage failed), without one if it was closed. */
  readonly failure: Promise<QuorateError | undefined>;
  /**
   * Stops the node and closes its transport and its storage: submits that wait reject with Q3005, iterations end. What waited for its
   * records to become durable never leaves, as in a crash: nobody had been told of it. Idempotent.
   */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}
