import { eventLabel } from './event-label.js';
import type { TraceExport } from './export.js';
import { messageKind } from './message-kind.js';
import type { TracedEvent } from './reader.js';

/** Events of one node within one tick are so many microseconds apart: a nanosecond. */
const apart = 1e-3;
/** More of them share the end of the tick. */
const mostApart = 998;

/**
 * Chrome's trace event format, which Perfetto reads: a thread for each node, a slice for each event, a flow for each message. A tick is a
 * microsecond; what a node does within one follows each other by nanoseconds, so that the order shows.
 */
export class Perfetto implements TraceExport {
  readonly #nodes: number;
  /** The last event of each node: its tick, and which one it was in it. */
  readonly #last: { tick: number; index: number }[];
  /** Where and when each send that was shown happened. */
  readonly #sends = new Map<number, { readonly ts: number; readonly node: number }>();
  #flows = 0;

  constructor(nodes: number) {
    this.#nodes = nodes;
    this.#last = Array.from({ length: nodes }, () => ({ tick: -1, index: 0 }));
  }

  begin(): string {
    const threads = Array.from({ length: this.#nodes }, (_, node) => named('thread_name', node, `node ${node}`));
    return `{"displayTimeUnit":"ns","traceEvents":[\n${[named('process_name', 0, 'group'), ...threads].join(',\n')}`;
  }

  event({ number, event, send }: TracedEvent): string {
    const ts = this.#instant(event.node, event.tick);
    const args = { number, tick: event.tick };
    const lines = [slice(eventLabel(event), event.kind, ts, event.node, args)];
    if (send !== undefined) this.#sends.set(send, { ts, node: event.node });
    const origin = event.kind === 'receive' && event.sent !== undefined ? this.#sends.get(event.sent) : undefined;
    if (event.kind === 'receive' && origin !== undefined) {
      const name = messageKind(event.message);
      const id = ++this.#flows;
      lines.push(
        json({ name, cat: 'message', ph: 's', id, ts: origin.ts, pid: 1, tid: origin.node + 1 }),
        json({ name, cat: 'message', ph: 'f', bp: 'e', id, ts, pid: 1, tid: event.node + 1 }),
      );
    }
    return lines.map((line) => `,\n${line}`).join('');
  }

  end(left: number): string {
    return `\n],"otherData":{"eventsLeftOut":${left}}}\n`;
  }

  #instant(node: number, tick: number): number {
    const last = this.#last[node];
    const index = last?.tick === tick ? Math.min(last.index + 1, mostApart) : 0;
    this.#last[node] = { tick, index };
    // Rounded: sums of nanoseconds are not exact.
    return Number((tick + index * apart).toFixed(3));
  }
}

const json = (event: object): string => JSON.stringify(event);

const named = (name: string, node: number, label: string): string =>
  json({ name, ph: 'M', pid: 1, tid: name === 'process_name' ? 0 : node + 1, args: { name: label } });

const slice = (name: string, cat: string, ts: number, node: number, args: object): string =>
  json({ name, cat, ph: 'X', ts, dur: apart, pid: 1, tid: node + 1, args });
