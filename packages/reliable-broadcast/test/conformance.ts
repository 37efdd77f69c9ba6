import { createGroup, nodeId, type Delivery, type Message, type NodeId, type Step } from '@quorate/reliable-broadcast';
import type { TraceEvent } from '@quorate/simulation';
import { isDeepStrictEqual } from 'node:util';
import { Textbook } from './textbook.js';

type Said = Step<Message, Delivery>[number];
type Sent = Extract<TraceEvent, { kind: 'send' }>;
type Received = Extract<TraceEvent, { kind: 'receive' }>;

/** What the specification has seen of one correct node. */
interface Seen {
  readonly spec: Textbook;
  /** What it must say next, before anything else happens to it. */
  readonly due: Said[];
  /** What it told itself, and has not received yet. */
  readonly local: unknown[];
}

/**
 * Holds a trace to the textbook, as an executable specification: what a correct node receives was sent, and what it sends and
 * delivers is what the textbook says upon what it received, nothing more and nothing less. What faulty nodes say is free; catch-up,
 * ticks and reports of faults are none of the textbook's business. Answers the first event that does not conform.
 */
export class Conformance {
  readonly #seen: readonly (Seen | undefined)[];
  readonly #sends: Sent[] = [];
  /** Which sends came to whom: links repeat nothing. */
  readonly #arrived = new Set<string>();

  constructor(plan: { readonly nodes: number; readonly faulty: number }, faulty: readonly NodeId[]) {
    const group = createGroup(plan);
    this.#seen = Array.from({ length: plan.nodes }, (_, node) => {
      if (faulty.includes(node as NodeId)) return undefined;
      return { spec: new Textbook({ group, self: nodeId(group, node) }), due: [], local: [] };
    });
  }

  /** Why these events are none of the protocol; undefined when they are. */
  check(events: readonly TraceEvent[]): string | undefined {
    for (const [number, event] of events.entries()) {
      const why = this.#event(event);
      if (why !== undefined) return `event ${number}, ${event.kind} at node ${event.node}: ${why}`;
    }
    const silent = this.#seen.findIndex((seen) => seen !== undefined && seen.due.length + seen.local.length > 0);
    return silent === -1 ? this.#lost() : `node ${silent} left something unsaid`;
  }

  /** A message between correct nodes that never came. */
  #lost(): string | undefined {
    for (const [number, { node, to }] of this.#sends.entries()) {
      if (this.#seen[node] === undefined) continue;
      for (const [receiver, seen] of this.#seen.entries()) {
        if (seen === undefined || receiver === node || (to !== 'all' && to !== receiver)) continue;
        if (!this.#arrived.has(`${number}>${receiver}`)) return `send ${number} never came to node ${receiver}`;
      }
    }
    return undefined;
  }

  #event(event: TraceEvent): string | undefined {
    if (event.kind === 'send') this.#sends.push(event);
    const seen = this.#seen[event.node];
    if (seen === undefined) return undefined;
    switch (event.kind) {
      case 'send':
        if (event.to === 'all' || event.to === event.node) seen.local.push(event.message);
        return isCatchUp(event.message)
          ? undefined
          : said(seen, { kind: 'send', to: event.to, message: event.message }, 'send');
      case 'output':
        return said(seen, { kind: 'output', value: event.value }, 'output');
      case 'input':
        return happens(seen, () => seen.spec.input(bytesOf(event.value)));
      case 'receive':
        return (
          this.#whereFrom(event, seen) ??
          happens(seen, () => seen.spec.receive(event.from as NodeId, messageOf(event.message)))
        );
      case 'fault':
        return undefined;
      default:
        return 'the textbook knows no such event';
    }
  }

  /** Why nobody sent this. */
  #whereFrom({ node, from, sent, message, tick }: Received, { local }: Seen): string | undefined {
    if (sent === undefined) {
      const told = from === node && isDeepStrictEqual(local.shift(), message);
      return told ? undefined : 'it did not tell itself that';
    }
    const source = this.#sends[sent];
    const isFirst = this.#arrived.size < this.#arrived.add(`${sent}>${node}`).size;
    const reaches = source?.node === from && from !== node && (source.to === 'all' || source.to === node);
    if (!isFirst || !reaches || source.tick > tick) return 'nobody sent that to it, or it has come before';
    return isDeepStrictEqual(source.message, message) ? undefined : 'something else was sent';
  }
}

function happens({ due }: Seen, step: () => Step<Message, Delivery>): string | undefined {
  if (due.length > 0) return `before it ${due[0]?.kind === 'send' ? 'sent' : 'delivered'} what it had to`;
  due.push(...step());
  return undefined;
}

function said({ due }: Seen, effect: unknown, what: string): string | undefined {
  return isDeepStrictEqual(plain(due.shift()), effect) ? undefined : `the textbook does not ${what} that here`;
}

const isCatchUp = (message: unknown): boolean =>
  ['request', 'delivered', 'progress'].includes((message as { kind?: string }).kind ?? '');

/** As a trace has it: byte strings in hexadecimal digits. */
const plain = (value: unknown): unknown =>
  value === undefined ? value : JSON.parse(JSON.stringify(value, (_, part: unknown) => hexOf(part)));

const hexOf = (part: unknown): unknown => (part instanceof Uint8Array ? Buffer.from(part).toString('hex') : part);

const bytesOf = (hex: unknown): Uint8Array => Uint8Array.from(Buffer.from(String(hex), 'hex'));

function messageOf(traced: unknown): Message {
  const { payload, value, ...rest } = traced as Record<string, unknown>;
  const bytes = payload === undefined ? { value: bytesOf(value) } : { payload: bytesOf(payload) };
  return { ...rest, ...bytes } as unknown as Message;
}
