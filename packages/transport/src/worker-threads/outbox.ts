import { Block, copyBlock } from './block.js';
import { recordBytes, recordHeaderBytes } from './layout.js';

const chunkBytes = 64 * 1024;
/** Emptied chunks that are kept, so that a queue that comes and goes does not allocate each time. */
const spareChunks = 16;

interface Chunk {
  readonly block: Block;
  readAt: number;
  writeAt: number;
}

/** Where the records of an outbox go. */
export interface RecordSink {
  /** False when there is no room. */
  write(header: number, source: Block, from: number, length: number): boolean;
}

/** Records that found no room in a ring, first in, first out. It counts what waits; its owner decides how much may. */
export class Outbox {
  #chunks: Chunk[] = [];
  #spare: Chunk[] = [];
  #bytes = 0;
  #payloadBytes = 0;

  /** What waits, in bytes, headers and padding included. */
  get bytes(): number {
    return this.#bytes;
  }

  /** What waits, in bytes, as the caller counts. */
  get payloadBytes(): number {
    return this.#payloadBytes;
  }

  push(header: number, source: Block, from: number, length: number): void {
    const needed = recordBytes(length);
    const chunk = this.#chunkFor(needed);
    const { block, writeAt } = chunk;
    block.words[writeAt >>> 2] = length;
    block.words[(writeAt >>> 2) + 1] = header;
    copyBlock(block, writeAt + recordHeaderBytes, source, from, length);
    chunk.writeAt += needed;
    this.#bytes += needed;
    this.#payloadBytes += length;
  }

  /** Moves at most `limit` bytes into the sink, as long as it takes them. */
  moveTo(sink: RecordSink, limit: number): void {
    for (let moved = 0; moved < limit;) {
      const chunk = this.#chunks[0];
      if (chunk === undefined) return;
      const { block, readAt } = chunk;
      const length = block.words[readAt >>> 2] ?? 0;
      const header = block.words[(readAt >>> 2) + 1] ?? 0;
      if (!sink.write(header, block, readAt + recordHeaderBytes, length)) return;
      const record = recordBytes(length);
      moved += record;
      chunk.readAt += record;
      this.#bytes -= record;
      this.#payloadBytes -= length;
      if (chunk.readAt === chunk.writeAt) this.#drop(chunk);
    }
  }

  clear(): void {
    this.#chunks = [];
    this.#spare = [];
    this.#bytes = 0;
    this.#payloadBytes = 0;
  }

  #chunkFor(needed: number): Chunk {
    const last = this.#chunks.at(-1);
    if (last !== undefined && last.block.bytes.length - last.writeAt >= needed) return last;
    const chunk = this.#take(needed);
    this.#chunks.push(chunk);
    return chunk;
  }

  #take(needed: number): Chunk {
    const spare = needed > chunkBytes ? undefined : this.#spare.pop();
    return spare ?? { block: Block.ofLength(Math.max(needed, chunkBytes)), readAt: 0, writeAt: 0 };
  }

  #drop(chunk: Chunk): void {
    this.#chunks.shift();
    if (chunk.block.bytes.length !== chunkBytes || this.#spare.length === spareChunks) return;
    chunk.readAt = 0;
    chunk.writeAt = 0;
    this.#spare.push(chunk);
  }
}
