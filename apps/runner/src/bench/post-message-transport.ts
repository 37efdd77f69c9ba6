/** The obvious transport, to compare with: every frame is a message of its own on a port between two threads. */
import type { MessagePort } from 'node:worker_threads';
import type { Group, NodeId, Transport, TransportHandler } from '@quorate/transport';

/** Frames over plain `postMessage`, one by one: no rings, no packing, no back-pressure. */
export class PostMessageTransport implements Transport {
  readonly group: Group;
  readonly self: NodeId;
  readonly incarnation = 0;
  readonly maxFrameBytes = 4_194_304;
  readonly congested = false;
  /** By peer; none to oneself. */
  readonly #ports: readonly (MessagePort | undefined)[];
  #handler: TransportHandler | undefined;
  #turn = false;

  constructor(group: Group, self: NodeId, ports: readonly (MessagePort | undefined)[]) {
    this.group = group;
    this.self = self;
    this.#ports = ports;
  }

  open(handler: TransportHandler): void {
    this.#handler = handler;
    for (const [peer, port] of this.#ports.entries()) {
      // Peers are the places of the list, whose length is n.
      const from = peer as NodeId;
      port?.on('message', (bytes: Uint8Array) => {
        handler.frame(from, bytes, 0, bytes.length);
        this.#turnLater();
      });
      if (port !== undefined) handler.link(from, { kind: 'opened', incarnation: 0 });
    }
  }

  send(to: NodeId, bytes: Uint8Array, start: number, end: number): void {
    // A slice of its own: a view would be sent with the whole buffer behind it.
    this.#ports[to]?.postMessage(bytes.slice(start, end));
  }

  broadcast(bytes: Uint8Array, start: number, end: number): void {
    const frame = bytes.slice(start, end);
    for (const port of this.#ports) port?.postMessage(frame);
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

  /** Ports deliver message by message; the turn ends when the event loop has told those that were there. */
  #turnLater(): void {
    if (this.#turn) return;
    this.#turn = true;
    setImmediate(() => {
      this.#turn = false;
      this.#handler?.turn();
    });
  }
}
