import { QuorateError } from '@quorate/serialization';
import { kindFirst, kindMore, kindWhole, longestRecord } from './layout.js';
import type { Link } from './link.js';
import { Stage } from './stage.js';

/** Puts frames on links: as one record, or in parts when it is longer. */
export class FrameWriter {
  readonly #maxFrameBytes: number;
  readonly #longestRecord: number;
  readonly #stage: Stage;

  constructor(maxFrameBytes: number, ringBytes: number) {
    this.#maxFrameBytes = maxFrameBytes;
    this.#longestRecord = longestRecord(ringBytes);
    this.#stage = new Stage(Math.min(this.#longestRecord, maxFrameBytes));
  }

  /** Throws Q3001 when `bytes[start … end)` is no range, or too long for a frame. */
  check(bytes: Uint8Array, start: number, end: number): void {
    const inside = bytes instanceof Uint8Array && start >= 0 && start <= end && end <= bytes.length;
    if (inside && end - start <= this.#maxFrameBytes && Number.isInteger(start) && Number.isInteger(end)) return;
    const what = bytes instanceof Uint8Array ? `${bytes.length}` : typeof bytes;
    throw new QuorateError(
      'Q3001',
      `bytes ${start} … ${end} of ${what} are no frame of at most ${this.#maxFrameBytes} bytes`,
      'send less, or raise maxFrameBytes',
    );
  }

  /** One copy on each link. */
  write(links: readonly Link[], bytes: Uint8Array, start: number, end: number): void {
    const length = end - start;
    if (length <= this.#longestRecord) {
      this.#record(links, kindWhole, bytes, start, end);
      return;
    }
    let header = (length << 4) | kindFirst;
    for (let at = start; at < end; at += this.#longestRecord) {
      this.#record(links, header, bytes, at, Math.min(at + this.#longestRecord, end));
      header = kindMore;
    }
  }

  /** Lets go of the caller's bytes. */
  release(): void {
    this.#stage.release();
  }

  #record(links: readonly Link[], header: number, bytes: Uint8Array, start: number, end: number): void {
    this.#stage.load(bytes, start, end);
    const { source, from } = this.#stage;
    for (const link of links) link.out.put(header, source, from, end - start);
  }
}
