/** The obvious transport, to compare with: every frame is a message of its own on a port between two threads. */
import type { MessagePort } from 'node:worker_threads';
import type { Group, NodeId, Transport, TransportHandler } from '@quorate/transport';

/** Frames that may be under way to a peer: ports have no back-pressure of their own. */
const window = 4096;
/** How often a reader says that it has read on, in frames. */
const acknowledgeEvery = 512;

/** Frames over plain `postMessage`, one by one: no rings, no packing. A number on a port acknowledges so many frames. */
export class PostMessageTransport implements Transport {
  readonly group: Group;
  readonly self: NodeId;
  readonly incarnation = 0;
  readonly maxFrameBytes = 4_194_304;
  /** By peer; none to oneself. */
  readonly #ports: readonly (MessagePort | undefined)[];
  /** Frames under way to each peer, and frames of each peer that were not acknowledged. */
  readonly #underWay: Int32Array;
  readonly #unread: Int32Array;
  #handler: TransportHandler | undefined;
  #fullLinks = 0;
  #turn = false;

  constructor(group: Group, self: NodeId, ports: readonly (MessagePort | undefined)[]) {
    this.group = group;
    this.self = self;
    this.#ports = ports;
    this.#underWay = new Int32Array(group.n);
    this.#unread = new Int32Array(group.n);
  }

  get congested(): boolean {
    return this.#fullLinks > this.group.f;
  }

  open(handler: TransportHandler): void {
    this.#handler = handler;
    for (const [peer, port] of this.#ports.entries()) {
      if (port === undefined) continue;
      // Peers are the places of the list, whose length is n.
      const from = peer as NodeId;
      port.on('message', (message: Uint8Array | number) => {
        if (typeof message === 'number') this.#acknowledged(from, message);
        else this.#frame(handler, port, from, message);
      });
      handler.link(from, { kind: 'opened', incarnation: 0 });
    }
  }

  send(to: NodeId, bytes: Uint8Array, start: number, end: number): void {
    // A slice of its own: a view would be sent with the whole buffer behind it.
    this.#post(to, bytes.slice(start, end));
  }

  broadcast(bytes: Uint8Array, start: number, end: number): void {
    const frame = bytes.slice(start, end);
    for (let peer = 0; peer < this.group.n; peer++) this.#post(peer, frame);
  }

  flush(): void {
    // Every frame has left already.
  }

  pause(): void {
    throw new Error('the comparison never pauses: its outputs are always read');
  }

  resume(): void {
    // Never paused.
  }

  schedule(run: () => void): void {
    setImmediate(run);
  }

  hold(): () => void {
    return () => undefined;
  }

  close(): Promise<void> {
    for (const port of this.#ports) port?.close();
    return Promise.resolve();
  }

  #post(peer: number, frame: Uint8Array): void {
    const port = this.#ports[peer];
    if (port === undefined) return;
    port.postMessage(frame);
    const underWay = (this.#underWay[peer] ?? 0) + 1;
    this.#underWay[peer] = underWay;
    if (underWay === window) this.#fullLinks++;
  }

  #frame(handler: TransportHandler, port: MessagePort, from: NodeId, bytes: Uint8Array): void {
    handler.frame(from, bytes, 0, bytes.length);
    const unread = (this.#unread[from] ?? 0) + 1;
    this.#unread[from] = unread % acknowledgeEvery;
    if (unread === acknowledgeEvery) port.postMessage(acknowledgeEvery);
    this.#turnLater(handler);
  }

  #acknowledged(peer: NodeId, frames: number): void {
    const before = this.#underWay[peer] ?? 0;
    this.#underWay[peer] = before - frames;
    if (before < window || before - frames >= window) return;
    this.#fullLinks--;
    if (this.#fullLinks === this.group.f) this.#handler?.writable();
  }

  /** Ports deliver message by message; the turn ends when the event loop has told those that were there. */
  #turnLater(handler: TransportHandler): void {
    if (this.#turn) return;
    this.#turn = true;
    setImmediate(() => {
      this.#turn = false;
      handler.turn();
    });
  }
}
