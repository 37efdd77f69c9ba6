import {
  codec,
  type LinkEvent,
  type MemoryGroup,
  type NodeId,
  type Transport,
  type TransportHandler,
} from '../src/index.js';
import { note, noteSchema } from './scripted.js';

const notes = codec(noteSchema);

/** A node without a host, for tests that want to see or send bare frames. */
export class RawPeer {
  readonly transport: Transport;
  readonly received: { readonly from: NodeId; readonly bytes: Uint8Array }[] = [];
  readonly links: { readonly peer: NodeId; readonly event: LinkEvent }[] = [];

  constructor(memory: MemoryGroup, node: number, handler: Partial<TransportHandler> = {}) {
    this.transport = memory.transport(node);
    this.transport.open({
      frame: (from, bytes, start, end) => void this.received.push({ from, bytes: bytes.slice(start, end) }),
      turn: () => undefined,
      link: (peer, event) => void this.links.push({ peer, event }),
      writable: () => undefined,
      ...handler,
    });
  }

  /** Sends bare bytes to everybody. */
  broadcast(bytes: Uint8Array): void {
    this.transport.broadcast(bytes, 0, bytes.length);
    this.transport.flush();
  }

  /** Sends a well-formed note to everybody. */
  note(number: number): void {
    this.broadcast(notes.encode(note(number)));
  }

  /** The numbers of the notes that came in. */
  get numbers(): number[] {
    return this.received.map(({ bytes }) => {
      const message = notes.decode(bytes);
      return 'number' in message ? message.number : -1;
    });
  }
}
