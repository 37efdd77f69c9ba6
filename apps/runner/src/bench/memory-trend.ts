import { median } from './statistics.js';
import type { MemoryTrend } from './subject.js';

/** How memory developed: samples of the process, and of the heap of each thread, at regular times. */
export function trend(rss: readonly number[], heaps: readonly Float64Array[]): MemoryTrend {
  const sumOf = (part: (samples: readonly number[]) => readonly number[]): number =>
    heaps.reduce((sum, heap) => sum + median(part([...heap])), 0);
  return {
    rssFirst: median(firstThird(rss)),
    rssLast: median(lastThird(rss)),
    heapFirst: sumOf(firstThird),
    heapLast: sumOf(lastThird),
  };
}

const third = (samples: readonly number[]): number => Math.max(1, Math.floor(samples.length / 3));
const firstThird = (samples: readonly number[]): readonly number[] => samples.slice(0, third(samples));
const lastThird = (samples: readonly number[]): readonly number[] => samples.slice(-third(samples));
