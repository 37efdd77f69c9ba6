import type { Group, NodeId, Transport, TransportHandler } from '../src/index.js';

/** A real transport with something around it: tests count its calls, or break one of its promises. */
export class WrappedTransport implements Transport {
  readonly inner: Transport;
  readonly group: Group;
  readonly self: NodeId;
  readonly calls = { send: 0, broadcast: 0, flush: 0 };

  constructor(inner: Transport) {
    this.inner = inner;
    this.group = inner.group;
    this.self = inner.self;
  }

  get incarnation(): number {
    return this.inner.incarnation;
  }

  get maxFrameBytes(): number {
    return this.inner.maxFrameBytes;
  }

  get congested(): boolean {
    return this.inner.congested;
  }

  open(handler: TransportHandler): void {
    this.inner.open(handler);
  }

  send(to: NodeId, bytes: Uint8Array, start: number, end: number): void {
    this.calls.send++;
    this.inner.send(to, bytes, start, end);
  }

  broadcast(bytes: Uint8Array, start: number, end: number): void {
    this.calls.broadcast++;
    this.inner.broadcast(bytes, start, end);
  }

  flush(): void {
    this.calls.flush++;
    this.inner.flush();
  }

  pause(): void {
    this.inner.pause();
  }

  resume(): void {
    this.inner.resume();
  }

  schedule(run: () => void): void {
    this.inner.schedule(run);
  }

  hold(): () => void {
    return this.inner.hold();
  }

  close(): Promise<void> {
    return this.inner.close();
  }
}
