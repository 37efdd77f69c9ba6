import type { NodeId } from '@quorate/transport';

/** An event by a name that stays the same when other events are left out. */
export type ScheduledEvent =
  /** The `ordinal`-th message (from 0) from one node to another arrives. */
  | { readonly kind: 'delivery'; readonly from: NodeId; readonly to: NodeId; readonly ordinal: number }
  /** The node's timer runs out. */
  | { readonly kind: 'expiry'; readonly node: NodeId; readonly timer: string };

/** Events that may happen, and the list that says which ones do, in which order. What is listed and not offered by then is passed over. */
export class Schedule<Event> {
  readonly #list: readonly ScheduledEvent[];
  readonly #offered = new Map<string, Event>();
  #next = 0;

  constructor(list: readonly ScheduledEvent[]) {
    this.#list = list;
  }

  /** The event may happen from now on. */
  offer(name: ScheduledEvent, event: Event): void {
    this.#offered.set(keyOf(name), event);
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

const keyOf = (event: ScheduledEvent): string =>
  event.kind === 'delivery' ? `${event.from}>${event.to}#${event.ordinal}` : `${event.node}!${event.timer}`;
