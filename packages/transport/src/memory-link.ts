import { FrameQueue, type SlabPool } from './frame-queue.js';

/** One direction between two nodes. */
export class MemoryLink {
  readonly queue: FrameQueue;
  /** The outbox overran: nothing passes until the reader reads on. */
  cut = false;
  /** Bytes that were lost by the cut so far. */
  droppedBytes = 0;
  /** The outbox is above its high-water mark. */
  full = false;
  /** The writer closed: when the last frame was read, the reader is told why. */
  ending: string | undefined;
  /** Frames were queued since the last flush. */
  dirty = false;

  constructor(pool: SlabPool) {
    this.queue = new FrameQueue(pool);
  }

  /** As new. Answers how many frames were lost. */
  reset(): number {
    const lost = this.queue.frames;
    this.queue.clear();
    this.cut = this.full = this.dirty = false;
    this.droppedBytes = 0;
    this.ending = undefined;
    return lost;
  }
}
