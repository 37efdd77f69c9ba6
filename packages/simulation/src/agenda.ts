import type { Random } from './random.js';

/**
 * What will happen, by tick. Within a tick the next event is drawn at random, or first come, first served. A bucket per tick:
 * delays are small whole numbers, so there are few buckets and nothing is ever sorted.
 */
export class Agenda<Event> {
  readonly #random: Random | undefined;
  readonly #buckets = new Map<number, Bucket<Event>>();
  /** Ticks that have a bucket, the soonest last. */
  readonly #ticks: number[] = [];
  #size = 0;
  #now = 0;

  /** Draws within a tick with `random`; without it, in the order of planning. */
  constructor(random?: Random) {
    this.#random = random;
  }

  /** The tick of the last event that was taken. */
  get now(): number {
    return this.#now;
  }

  get size(): number {
    return this.#size;
  }

  /** The tick of the next event. */
  get next(): number | undefined {
    return this.#ticks.at(-1);
  }

  /** Plans an event for a tick that has not passed. */
  plan(tick: number, event: Event): void {
    let bucket = this.#buckets.get(tick);
    if (bucket === undefined) {
      bucket = { events: [event], taken: 0 };
      this.#buckets.set(tick, bucket);
      this.#insert(tick);
    } else {
      bucket.events.push(event);
    }
    this.#size++;
  }

  /** The next event, and time goes on to its tick. */
  take(): Event | undefined {
    const tick = this.#ticks.at(-1);
    const bucket = tick === undefined ? undefined : this.#buckets.get(tick);
    if (tick === undefined || bucket === undefined) return undefined;
    this.#now = tick;
    this.#size--;
    const event = this.#draw(bucket);
    if (bucket.taken === bucket.events.length) {
      this.#ticks.pop();
      this.#buckets.delete(tick);
    }
    return event;
  }

  /** Time goes on to a tick at which nothing has to happen before. */
  skipTo(tick: number): void {
    this.#now = Math.max(this.#now, Math.min(tick, this.next ?? tick));
  }

  /** Plans everything anew, in its order: `tickOf` says for which tick. */
  rearrange(tickOf: (event: Event, tick: number) => number): void {
    const buckets = this.#ticks.toReversed().map((tick) => ({ tick, bucket: this.#buckets.get(tick) }));
    this.#ticks.length = 0;
    this.#buckets.clear();
    this.#size = 0;
    for (const { tick, bucket } of buckets) {
      for (const event of bucket?.events.slice(bucket.taken) ?? []) this.plan(tickOf(event, tick), event);
    }
  }

  #draw(bucket: Bucket<Event>): Event | undefined {
    const { events, taken } = bucket;
    if (this.#random !== undefined && events.length - taken > 1) {
      const at = taken + this.#random.below(events.length - taken);
      const drawn = events[at] as Event;
      events[at] = events[taken] as Event;
      events[taken] = drawn;
    }
    bucket.taken++;
    return events[taken];
  }

  #insert(tick: number): void {
    let at = this.#ticks.length;
    while (at > 0 && (this.#ticks[at - 1] ?? 0) < tick) at--;
    this.#ticks.splice(at, 0, tick);
  }
}

interface Bucket<Event> {
  readonly events: Event[];
  taken: number;
}
