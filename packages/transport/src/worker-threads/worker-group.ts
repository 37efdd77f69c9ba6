import type { TransferListItem, Worker } from 'node:worker_threads';
import type { Group } from '../group.js';
import type { NodeId } from '../node-id.js';

/** What {@link GroupOptions.spawn} hands to `new Worker` as its options. */
export interface SpawnOptions {
  /** Ours stands under a key of its own: `{ ...options, workerData: { ...options.workerData, mine } }` adds to it. */
  readonly workerData: Readonly<Record<string, unknown>>;
  /** Ports that move into the worker. */
  readonly transferList: TransferListItem[];
  /** What debuggers call the thread. */
  readonly name: string;
}

/** How a node was lost. */
export interface NodeFailure {
  readonly node: NodeId;
  readonly incarnation: number;
  /** For people. */
  readonly reason: string;
  /** What was thrown and not caught in the worker, if anything was. */
  readonly error?: unknown;
}

/** What happens to a group. */
export type GroupEvent =
  | { readonly kind: 'joined' | 'restarted' | 'left'; readonly node: NodeId; readonly incarnation: number }
  | (NodeFailure & { readonly kind: 'failed'; /** Whether the node is started anew. */ readonly restarts: boolean });

/** How a group is started. Sizes in bytes, times in milliseconds. */
export interface GroupOptions {
  readonly group: Group;
  /**
   * Starts the program's own worker file, with these options: `(options) => new Worker(new URL('./node.js', import.meta.url), options)`.
   * (A library cannot: its own files move when the program is bundled.)
   */
  readonly spawn: (options: SpawnOptions, node: NodeId, incarnation: number) => Worker;
  /**
   * What `joinGroup` answers as `data`, copied by structured clone; or a function `(node, incarnation) => data`, which is
   * called for each life of each node.
   */
  readonly data?: unknown;
  /** How often a node that crashes is started anew; 0 by default: it stays down. */
  readonly supervision?: { readonly restarts: number };
  /** Length of each ring, a power of two of at least 1,024. Default: 1 MiB, less in groups of more than eight. */
  readonly ringBytes?: number;
  /** What may wait for one peer that does not read, beside what is in its ring. Default 64 MiB. */
  readonly outboxBytes?: number;
  /** Longest frame. Default 4 MiB. */
  readonly maxFrameBytes?: number;
  /** How long a worker may take to join. Default 30,000. */
  readonly joinTimeout?: number;
  /** Aborts the start; afterwards, closes the group. */
  readonly signal?: AbortSignal;
  /** Without it, a node that fails is reported as a process warning. */
  readonly onEvent?: (event: GroupEvent) => void;
}

/** A group of worker threads, as the program sees it that started them. */
export interface WorkerGroup {
  readonly group: Group;
  /** Random, 32 hexadecimal digits. */
  readonly id: string;
  /** The worker that runs the node, or ran it last. */
  worker(node: NodeId): Worker;
  incarnation(node: NodeId): number;
  /**
   * Starts a node anew whose worker has exited, whatever the policy says; resolves when it has joined. Rejects with Q3039 (it
   * still lives, or the group is closed), Q3032 or Q3033 (the new life crashed, or did not join), Q3031, Q3035.
   */
  restart(node: NodeId): Promise<void>;
  /** Nodes that were lost, first to last: at most one for each life. */
  readonly failures: readonly NodeFailure[];
  /**
   * Whether every thread sleeps, every ring and outbox is empty, and nobody holds work (`Transport.hold`). Nodes that left or
   * stay down do not count. Seen twice with the same `activity()`, nothing happened in between.
   */
  quiet(): boolean;
  /** Counts up whenever a node publishes or reads frames. */
  activity(): number;
  /**
   * Ends the group: transports close, their hosts are told, then the workers are terminated, whatever else they do: let
   * them report first. Idempotent.
   */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}
