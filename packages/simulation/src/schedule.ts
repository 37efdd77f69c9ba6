import type { NodeId } from '@quorate/transport';

/** An event by a name that stays the same when other events are left out. */
export type ScheduledEvent =
  /** The `ordinal`-th message (from 0) from one node to another arrives. */
  | { readonly kind: 'delivery'; readonly from: NodeId; readonly to: NodeId; readonly ordinal: number }
  /** The node's timer runs out. */
  | { readonly kind: 'expiry'; readonly node: NodeId; readonly timer: string }
  /** The node's `ordinal`-th write (from 0) is on its disk. */
  | { readonly kind: 'write'; readonly node: NodeId; readonly ordinal: number }
  /** What was planned `ordinal`-th (from 0) with `at`: a crash, a restart, a heal. */
  | { readonly kind: 'action'; readonly ordinal: number };

/** Events that may happen, and the list that says which ones do, in which order. What is listed and not offered by then is passed over. */
export class Schedule<Event extends ScheduledEvent> {
  readonly #list: readonly ScheduledEvent[];
  readonly #offered = new Map<string, Event>();
  #next = 0;

  constructor(list: readonly ScheduledEvent[]) {
    this.#list = list;
  }

  /** The event may happen from now on. */
  offer(event: Event): void {
    this.#offered.set(keyOf(event), event);
  }

  /** The next listed event that may happen. */
  take(): Event | undefined {
    while (this.#next < this.#list.length) {
      const name = this.#list[this.#next++];
      const key = name === undefined ? '' : keyOf(name);
      const event = this.#offered.get(key);
      if (event === undefined) continue;
      this.#offered.delete(key);
      return event;
    }
    return undefined;
  }
}

function keyOf(event: ScheduledEvent): string {
  switch (event.kind) {
    case 'delivery':
      return `${event.from}>${event.to}#${event.ordinal}`;
    case 'expiry':
      return `${event.node}!${event.timer}`;
    case 'write':
      return `${event.node}=${event.ordinal}`;
    case 'action':
      return `@${event.ordinal}`;
  }
}
