import { nodeId } from '../node-id.js';
import type { LinkEvent, Transport } from '../transport.js';
import { headerBytes, readTestFrame, writeTestFrame } from './test-frame.js';

/** What a node saw of one peer, in order. Frames with consecutive numbers are one entry. */
export type LogEntry =
  | { readonly kind: 'frames'; readonly first: number; readonly last: number }
  /** Frames too short to carry a number, by their lengths. */
  | { readonly kind: 'short'; readonly lengths: readonly number[] }
  | { readonly kind: 'damaged'; readonly detail: string }
  | { readonly kind: 'link'; readonly event: LinkEvent };

/** What a node does with frames beside noting them. */
export interface Behaviour {
  /** Pass frames on to everybody as long as their hops last. */
  readonly forward?: boolean;
  /** Send each frame back to where it came from, for ever. */
  readonly reply?: boolean;
  /** Stop reading after so many frames, counted from now. */
  readonly pauseAfter?: number;
  /** Stop reading after every so many frames, and go on when the event loop comes round. */
  readonly pauseEvery?: number;
  /** Close within the call that tells the so-manieth frame, counted from now. */
  readonly closeAfter?: number;
}

/** Bytes around a frame in the buffer it is sent from: a transport that ignores `start` and `end` sends them along. */
const margin = 5;
/** A log that grows beyond this is a failure by itself. */
const maxEntries = 20_000;

/** A node under test: opens a transport, notes what it is told, and does what scenarios ask for. */
export class Agent {
  readonly transport: Transport;
  readonly #log: LogEntry[][];
  readonly #frames: number[];
  #behaviour: Behaviour = {};
  #seen = 0;
  #broadcasts = 0;
  #buffer = new Uint8Array(1024);
  #closed = false;
  #waiting: { readonly holds: () => boolean; readonly resolve: () => void }[] = [];
  /** Calls of the handler after `close` was called. */
  afterClose = 0;
  writable = 0;
  /** Calls of one handler function within another: there must be none. */
  nested = 0;
  #inside = false;
  release: (() => void) | undefined;

  constructor(transport: Transport) {
    this.transport = transport;
    this.#log = Array.from({ length: transport.group.n }, () => []);
    this.#frames = Array.from({ length: transport.group.n }, () => 0);
  }

  open(): void {
    this.transport.open({
      frame: (from, bytes, start, end) => this.#told(() => this.#frame(from, bytes, start, end)),
      turn: () => this.#told(() => this.transport.flush()),
      link: (peer, event) => this.#told(() => this.#note(peer, { kind: 'link', event })),
      writable: () => this.#told(() => void this.writable++),
    });
  }

  behave(behaviour: Behaviour): void {
    this.#behaviour = behaviour;
    this.#seen = 0;
  }

  /** Sends one frame, and overwrites the buffer it stood in at once. */
  send(to: number | 'all', index: number, length: number, hops: number): void {
    const buffer = this.#bufferFor(length);
    writeTestFrame({ index, author: this.transport.self, hops }, buffer, margin, length);
    try {
      if (to === 'all') this.transport.broadcast(buffer, margin, margin + length);
      else this.transport.send(nodeId(this.transport.group, to), buffer, margin, margin + length);
    } finally {
      buffer.fill(0xee, 0, margin + length);
    }
  }

  close(): Promise<void> {
    this.#closed = true;
    return this.transport.close();
  }

  /** What was seen of a peer. */
  log(peer: number): readonly LogEntry[] {
    return this.#log[peer] ?? [];
  }

  frames(peer: number): number {
    return this.#frames[peer] ?? 0;
  }

  /** Waits until something holds that only frames and link events can change. */
  until(holds: () => boolean): Promise<void> {
    return holds() ? Promise.resolve() : new Promise((resolve) => this.#waiting.push({ holds, resolve }));
  }

  #told(happen: () => void): void {
    if (this.#closed) this.afterClose++;
    if (this.#inside) this.nested++;
    this.#inside = true;
    happen();
    this.#inside = false;
    if (this.#waiting.length === 0) return;
    const due = this.#waiting.filter(({ holds }) => holds());
    if (due.length === 0) return;
    this.#waiting = this.#waiting.filter((waiting) => !due.includes(waiting));
    for (const { resolve } of due) resolve();
  }

  #frame(from: number, bytes: Uint8Array, start: number, end: number): void {
    this.#frames[from] = this.frames(from) + 1;
    const frame = readTestFrame(from, bytes, start, end);
    if (typeof frame === 'string') this.#note(from, { kind: 'damaged', detail: frame });
    else if (frame === undefined) this.#noteShort(from, end - start);
    else this.#noteFrame(from, frame.index);
    if (typeof frame === 'object') this.#answer(from, frame.index, frame.hops, end - start);
    this.#control();
  }

  #answer(from: number, index: number, hops: number, length: number): void {
    if (this.#closed) return;
    const { forward = false, reply = false } = this.#behaviour;
    if (reply) this.send(from, index, length, hops);
    if (forward && hops > 0) this.send('all', this.nextBroadcast(), length, hops - 1);
  }

  /** Broadcasts of one node are numbered through, passed-on frames included. */
  nextBroadcast(): number {
    return this.#broadcasts++;
  }

  #control(): void {
    this.#seen++;
    const { pauseAfter, pauseEvery, closeAfter } = this.#behaviour;
    if (this.#seen === pauseAfter) this.transport.pause();
    if (this.#seen === closeAfter) void this.close();
    if (pauseEvery !== undefined && this.#seen % pauseEvery === 0) {
      this.transport.pause();
      setTimeout(() => {
        if (!this.#closed) this.transport.resume();
      });
    }
  }

  #noteFrame(from: number, index: number): void {
    const last = this.log(from).at(-1);
    if (last?.kind === 'frames' && index === last.last + 1) {
      this.#log[from]?.splice(-1, 1, { kind: 'frames', first: last.first, last: index });
    } else {
      this.#note(from, { kind: 'frames', first: index, last: index });
    }
  }

  #noteShort(from: number, length: number): void {
    const last = this.log(from).at(-1);
    if (last?.kind === 'short') this.#log[from]?.splice(-1, 1, { kind: 'short', lengths: [...last.lengths, length] });
    else this.#note(from, { kind: 'short', lengths: [length] });
  }

  #note(peer: number, entry: LogEntry): void {
    const log = this.#log[peer];
    if (log !== undefined && log.length < maxEntries) log.push(entry);
  }

  #bufferFor(length: number): Uint8Array {
    const needed = Math.max(length, headerBytes) + 2 * margin;
    if (this.#buffer.length < needed) this.#buffer = new Uint8Array(needed);
    return this.#buffer;
  }
}
