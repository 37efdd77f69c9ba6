/**
 * A group within one thread: for tests, for teaching, and for programs whose nodes share a process anyway. Everything is
 * delivered in a later turn of an injectable scheduler, in an order that depends on nothing else.
 */
import { QuorateError } from '@quorate/serialization';
import { SlabPool } from './frame-queue.js';
import type { Group } from './group.js';
import { defaultMaxFrameBytes, defaultOutboxBytes } from './limits.js';
import { MemoryLink } from './memory-link.js';
import { MemoryTransport } from './memory-transport.js';
import { nodeId, nodeIds, type NodeId } from './node-id.js';
import type { Transport } from './transport.js';

export interface MemoryGroupOptions {
  readonly group: Group;
  /** What may wait for one peer, in bytes; each frame counts 8 more. Default 64 MiB. */
  readonly outboxBytes?: number;
  /** Longest frame, in bytes. Default 4 MiB. */
  readonly maxFrameBytes?: number;
  /**
   * Runs a function soon, never at once. Default `queueMicrotask`, which is the fastest and keeps the event loop busy while
   * frames are under way; pass `setImmediate` where timers and sockets must have their turn in between.
   */
  readonly schedule?: (run: () => void) => void;
}

/** Nodes that talk to each other through memory. */
export interface MemoryGroup {
  readonly group: Group;
  /** The transport of the node's present life. Throws Q1002. */
  transport(node: number): Transport;
  /** The node dies at once: what it had queued is lost, the others are told `closed`. Throws Q1002. */
  crash(node: number): void;
  /** A new life of the node (its present one ends like a crash), one incarnation later. Throws Q1002. */
  restart(node: number): Transport;
  /** Resolves when no frame is under way and no node holds. A paused node with frames to read keeps the group from it. */
  quiet(): Promise<void>;
  /** Closes all nodes. Idempotent. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** A group in memory. Throws Q3004 on limits that do not fit together. */
export function createMemoryGroup(options: MemoryGroupOptions): MemoryGroup {
  return new MemoryHub(options);
}

/** A group that never rests never empties its queue of ready nodes: what was served is taken out so often. */
const compactAt = 1024;

/** Who is connected with whom, and whose turn it is. */
export class MemoryHub implements MemoryGroup {
  readonly group: Group;
  readonly outboxBytes: number;
  readonly maxFrameBytes: number;
  readonly #schedule: (run: () => void) => void;
  readonly #links: readonly MemoryLink[];
  readonly #nodes: MemoryTransport[];
  readonly #ready: MemoryTransport[] = [];
  #nextReady = 0;
  #scheduled = false;
  #awaitingQuiet: (() => void)[] = [];
  /** Frames under way, links to be reopened, holds: as long as there is one the group is not quiet. */
  busy = 0;

  constructor(options: MemoryGroupOptions) {
    const { group, outboxBytes = defaultOutboxBytes, maxFrameBytes = defaultMaxFrameBytes } = options;
    checkLimits(outboxBytes, maxFrameBytes);
    this.group = group;
    this.outboxBytes = outboxBytes;
    this.maxFrameBytes = maxFrameBytes;
    this.#schedule = options.schedule ?? queueMicrotask;
    const pool = new SlabPool();
    this.#links = Array.from({ length: group.n * group.n }, () => new MemoryLink(pool));
    this.#nodes = nodeIds(group).map((node) => new MemoryTransport(this, node, 0));
  }

  transport(node: number): MemoryTransport {
    const transport = this.#nodes[nodeId(this.group, node)];
    if (transport === undefined) throw new Error('unreachable: the id was checked');
    return transport;
  }

  link(from: NodeId, to: NodeId): MemoryLink {
    const link = this.#links[from * this.group.n + to];
    if (link === undefined) throw new Error('unreachable: ids are checked where they enter');
    return link;
  }

  crash(node: number): void {
    this.transport(node).die('crashed');
  }

  restart(node: number): MemoryTransport {
    const before = this.transport(node);
    before.die('started anew');
    const transport = new MemoryTransport(this, before.self, before.incarnation + 1);
    this.#nodes[before.self] = transport;
    return transport;
  }

  quiet(): Promise<void> {
    return new Promise((resolve) => {
      this.#awaitingQuiet.push(resolve);
      this.wake();
    });
  }

  async close(): Promise<void> {
    for (const transport of this.#nodes) await transport.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** Gives the node a turn, after those who asked earlier. */
  enqueue(transport: MemoryTransport): void {
    this.#ready.push(transport);
    this.wake();
  }

  /** Sees to it that `#run` runs: for whoever is ready, and for those who wait for quiet. */
  wake(): void {
    if (this.#scheduled || (this.#ready.length === 0 && this.#awaitingQuiet.length === 0)) return;
    this.#scheduled = true;
    // Called as a plain function: the browser's own schedulers refuse any `this` but theirs.
    const schedule = this.#schedule;
    schedule(this.#run);
  }

  readonly #run = (): void => {
    this.#scheduled = false;
    const transport = this.#ready[this.#nextReady];
    if (transport === undefined) {
      this.#ready.length = this.#nextReady = 0;
      if (this.busy === 0) this.#tellQuiet();
      return;
    }
    this.#nextReady++;
    if (this.#nextReady === compactAt) {
      this.#ready.splice(0, compactAt);
      this.#nextReady = 0;
    }
    try {
      transport.turn();
    } finally {
      if (this.#nextReady === this.#ready.length) this.#ready.length = this.#nextReady = 0;
      if (this.#ready.length > 0 || this.busy === 0) this.wake();
    }
  };

  #tellQuiet(): void {
    const waiting = this.#awaitingQuiet;
    this.#awaitingQuiet = [];
    for (const resolve of waiting) resolve();
  }
}

function checkLimits(outboxBytes: number, maxFrameBytes: number): void {
  for (const limit of [outboxBytes, maxFrameBytes]) {
    if (!Number.isSafeInteger(limit) || limit < 1) throw new QuorateError('Q3004', `a limit of ${limit} bytes`);
  }
  if (outboxBytes < maxFrameBytes) {
    throw new QuorateError(
      'Q3004',
      `an outbox of ${outboxBytes} bytes cannot hold a frame of ${maxFrameBytes}`,
      'raise outboxBytes or lower maxFrameBytes',
    );
  }
}
