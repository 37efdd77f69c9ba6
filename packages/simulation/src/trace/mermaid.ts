import { eventLabel } from './event-label.js';
import type { TraceExport } from './export.js';
import { messageLabel } from './message-kind.js';
import type { TracedEvent } from './reader.js';

/** A sequence diagram for Mermaid: an arrow for each message between nodes, when it arrives. Sends and what nodes tell themselves are not shown. */
export class Mermaid implements TraceExport {
  readonly #nodes: number;
  #tick = -1;

  constructor(nodes: number) {
    this.#nodes = nodes;
  }

  begin(): string {
    const participants = Array.from({ length: this.#nodes }, (_, node) => `  participant n${node} as node ${node}\n`);
    return `sequenceDiagram\n${participants.join('')}`;
  }

  event({ event }: TracedEvent): string {
    switch (event.kind) {
      case 'send':
        return '';
      case 'receive':
        if (event.from === event.node) return '';
        return `${this.#time(event.tick)}  n${event.from}->>n${event.node}: ${messageLabel(event.message)}\n`;
      default:
        return `${this.#time(event.tick)}  Note over n${event.node}: ${eventLabel(event)}\n`;
    }
  }

  end(left: number): string {
    return left === 0 ? '' : `  Note over ${this.#everybody()}: ${left} more events are left out\n`;
  }

  #time(tick: number): string {
    if (tick === this.#tick) return '';
    this.#tick = tick;
    return `  Note over ${this.#everybody()}: tick ${tick}\n`;
  }

  #everybody(): string {
    return this.#nodes === 1 ? 'n0' : `n0,n${this.#nodes - 1}`;
  }
}
