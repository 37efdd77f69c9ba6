import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { randomBytes } from 'node:crypto';
import type { Group } from '../group.js';
import { nodeIds, type NodeId } from '../node-id.js';
import {
  activityWord,
  awake,
  controlBytes,
  groupStateBytes,
  headWord,
  holdsWord,
  stateLeft,
  stateWord,
  tailWord,
  waitingLinksWord,
  wakeWord,
} from './layout.js';
import type { LinkOffer } from './link.js';

/** Two nodes that shall be linked: what each is offered. */
export interface Pair {
  readonly first: LinkOffer;
  readonly second: LinkOffer;
}

/** The memory that the threads of one group share, and what can be seen in it from outside. */
export class Mesh {
  /** 16 random bytes as hexadecimal digits. */
  readonly id: string = randomBytes(16).toString('hex');
  readonly states: SharedArrayBuffer;
  readonly #words: Int32Array;
  readonly #ids: readonly NodeId[];
  readonly #ringBytes: number;
  /** The control blocks of the rings, by writer and reader. */
  readonly #rings: (Int32Array | undefined)[][];
  /** What we have counted of each node's activity, and its counter when we looked. */
  readonly #activity: Float64Array;
  readonly #counted: Uint32Array;

  constructor(group: Group, ringBytes: number) {
    this.states = new SharedArrayBuffer(groupStateBytes(group.n));
    this.#words = new Int32Array(this.states);
    this.#ids = nodeIds(group);
    this.#ringBytes = ringBytes;
    this.#rings = this.#ids.map(() => []);
    this.#activity = new Float64Array(group.n);
    this.#counted = new Uint32Array(group.n);
  }

  /** Fresh rings and doorbells between two nodes. */
  link(first: { id: NodeId; incarnation: number }, second: { id: NodeId; incarnation: number }): Pair {
    const forth = this.#ring(first.id, second.id);
    const back = this.#ring(second.id, first.id);
    const { port1, port2 } = new MessageChannel();
    const offer = (
      peer: typeof first,
      inbound: SharedArrayBuffer,
      outbound: SharedArrayBuffer,
      doorbell: MessagePort,
    ): LinkOffer => ({
      peer: peer.id,
      incarnation: peer.incarnation,
      inbound,
      outbound,
      doorbell,
    });
    return { first: offer(second, back, forth, port1), second: offer(first, forth, back, port2) };
  }

  /** The node begins a life: nothing is left of the one before. */
  reset(node: NodeId): void {
    Atomics.store(this.#words, wakeWord(node), awake);
    Atomics.store(this.#words, holdsWord(node), 0);
    Atomics.store(this.#words, waitingLinksWord(node), 0);
  }

  /**
   * Whether the threads of these nodes all sleep, with nothing to read, nothing that waits for room, and no declared work.
   * Nothing can begin by itself then, except from outside.
   */
  quiet(nodes: readonly NodeId[]): boolean {
    const before = this.activity();
    if (!nodes.every((node) => this.#sleeps(node) && nodes.every((peer) => this.#drained(node, peer)))) return false;
    // We looked at one word after the other: whatever moved meanwhile has counted up first.
    return this.activity() === before && nodes.every((node) => this.#sleeps(node));
  }

  /** Counts up whenever any node publishes or reads. */
  activity(): number {
    let sum = 0;
    for (const node of this.#ids) {
      const now = Atomics.load(this.#words, activityWord(node)) >>> 0;
      const total = (this.#activity[node] ?? 0) + ((now - (this.#counted[node] ?? 0)) >>> 0);
      this.#counted[node] = now;
      this.#activity[node] = total;
      sum += total;
    }
    return sum;
  }

  #ring(from: NodeId, to: NodeId): SharedArrayBuffer {
    const memory = new SharedArrayBuffer(controlBytes + this.#ringBytes);
    const row = this.#rings[from];
    if (row !== undefined) row[to] = new Int32Array(memory, 0, controlBytes / 4);
    return memory;
  }

  #sleeps(node: NodeId): boolean {
    const words = this.#words;
    if (Atomics.load(words, wakeWord(node)) === awake) return false;
    return Atomics.load(words, holdsWord(node)) === 0 && Atomics.load(words, waitingLinksWord(node)) === 0;
  }

  #drained(from: NodeId, to: NodeId): boolean {
    const control = this.#rings[from]?.[to];
    if (control === undefined) return true;
    const state = Atomics.load(control, stateWord);
    // A link that ended carries nothing any more, and one that is cut opens again.
    if (state === stateLeft) return true;
    return state % 2 === 0 && Atomics.load(control, headWord) === Atomics.load(control, tailWord);
  }
}
