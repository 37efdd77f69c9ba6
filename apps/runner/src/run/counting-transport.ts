import type { Group, NodeId, Transport, TransportHandler } from '@quorate/transport';

/** A transport that counts what leaves through it, for hosts that do not. */
export class CountingTransport implements Transport {
  /** Frames, one for each receiver. */
  frames = 0;
  /** Bytes of those frames. */
  bytes = 0;
  readonly group: Group;
  readonly self: NodeId;
  readonly incarnation: number;
  readonly maxFrameBytes: number;
  readonly #inner: Transport;

  constructor(inner: Transport) {
    this.group = inner.group;
    this.self = inner.self;
    this.incarnation = inner.incarnation;
    this.maxFrameBytes = inner.maxFrameBytes;
    this.#inner = inner;
  }

  get congested(): boolean {
    return this.#inner.congested;
  }

  open(handler: TransportHandler): void {
    this.#inner.open(handler);
  }

  send(to: NodeId, bytes: Uint8Array, start: number, end: number): void {
    this.#inner.send(to, bytes, start, end);
    this.#count(1, end - start);
  }

  broadcast(bytes: Uint8Array, start: number, end: number): void {
    this.#inner.broadcast(bytes, start, end);
    this.#count(this.group.n - 1, end - start);
  }

  flush(): void {
    this.#inner.flush();
  }

  pause(): void {
    this.#inner.pause();
  }

  resume(): void {
    this.#inner.resume();
  }

  schedule(run: () => void): void {
    this.#inner.schedule(run);
  }

  hold(): () => void {
    return this.#inner.hold();
  }

  close(): Promise<void> {
    return this.#inner.close();
  }

  #count(frames: number, length: number): void {
    this.frames += frames;
    this.bytes += frames * length;
  }
}
