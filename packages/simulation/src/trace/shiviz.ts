import { eventLabel } from './event-label.js';
import type { TraceExport } from './export.js';
import type { TracedEvent } from './reader.js';

/** How ShiViz reads what follows: the first line of a log says so. */
export const shivizPattern: string = String.raw`(?<host>\S*) (?<clock>{.*})\n(?<event>.*)`;

/**
 * A log for ShiViz: two lines for each event, the node with its vector clock and what happened. The clocks count the events that are
 * shown; a message from before the first of them orders nothing.
 */
export class ShiViz implements TraceExport {
  readonly #clocks: readonly number[][];
  /** The clock of each send that was shown. */
  readonly #sends = new Map<number, readonly number[]>();

  constructor(nodes: number) {
    this.#clocks = Array.from({ length: nodes }, () => Array.from({ length: nodes }, () => 0));
  }

  begin(): string {
    // The second line would separate several runs.
    return `${shivizPattern}\n\n`;
  }

  event({ event, send }: TracedEvent): string {
    const clock = this.#clocks[event.node] ?? [];
    if (event.kind === 'receive' && event.sent !== undefined) {
      for (const [node, count] of (this.#sends.get(event.sent) ?? []).entries()) {
        clock[node] = Math.max(clock[node] ?? 0, count);
      }
    }
    clock[event.node] = (clock[event.node] ?? 0) + 1;
    if (send !== undefined) this.#sends.set(send, [...clock]);
    const known = clock.flatMap((count, node) => (count === 0 ? [] : [[`node${node}`, count]]));
    return `node${event.node} ${JSON.stringify(Object.fromEntries(known))}\n${event.tick}: ${eventLabel(event)}\n`;
  }

  end(): string {
    return '';
  }
}
