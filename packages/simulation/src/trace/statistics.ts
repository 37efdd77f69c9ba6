import { Causality, type Cause } from './causality.js';
import type { TraceEvent } from './event.js';
import { messageKind, plainText } from './message-kind.js';
import type { TracedEvent } from './reader.js';
import { Tally, type Summary } from './tally.js';

/** What a trace was about, in numbers. */
export interface TraceStatistics {
  readonly nodes: number;
  readonly events: number;
  /** The tick of the last event. */
  readonly ticks: number;
  /** Messages on their way: one to all is one for each node, those to oneself included. */
  readonly messages: number;
  /** Messages that were handed over. */
  readonly received: number;
  /** Between nodes, on a wire. */
  readonly bytes: number;
  readonly kinds: readonly KindStatistics[];
  readonly links: readonly LinkStatistics[];
  /** Messages between nodes, one after the other, from an input to each output that it led to; see {@link Causality}. */
  readonly steps: Summary | null;
  /** Ticks from an input to each output that it led to. */
  readonly latency: Summary | null;
  /** Outputs of each node. */
  readonly outputs: readonly number[];
  readonly faults: readonly FaultStatistics[];
  readonly timers: number;
  readonly crashes: number;
  readonly restarts: number;
}

/** Messages of one kind, nested kinds behind slashes. */
export interface KindStatistics {
  readonly kind: string;
  readonly messages: number;
  readonly received: number;
  readonly bytes: number;
}

/** Messages from one node to another. */
export interface LinkStatistics {
  readonly from: number;
  readonly to: number;
  readonly messages: number;
  readonly received: number;
}

/** How often a peer was found at fault. */
export interface FaultStatistics {
  readonly peer: number;
  readonly kind: string;
  readonly count: number;
}

/** Names that are told apart; what comes later is counted as `others`: a file may name as many as it likes. */
const maxNames = 1_000;

/** Counts a trace, event by event. Memory grows with the sends and the inputs alone. */
export class TraceCounter {
  readonly #nodes: number;
  readonly #causality: Causality;
  readonly #kinds = new Map<string, { messages: number; received: number; bytes: number }>();
  readonly #links: { messages: number; received: number }[];
  readonly #faults = new Map<string, { peer: number; kind: string; count: number }>();
  readonly #outputs: number[];
  readonly #steps = new Tally();
  readonly #latency = new Tally();
  readonly #counts = { events: 0, ticks: 0, expire: 0, crash: 0, restart: 0 };

  constructor(nodes: number) {
    this.#nodes = nodes;
    this.#causality = new Causality(nodes);
    this.#links = Array.from({ length: nodes * nodes }, () => ({ messages: 0, received: 0 }));
    this.#outputs = Array.from({ length: nodes }, () => 0);
  }

  /** Events that were counted. */
  get events(): number {
    return this.#counts.events;
  }

  /** Counts the next event; with `counts` false it is only remembered as what others follow from. */
  add(traced: TracedEvent, counts = true): void {
    const cause = this.#causality.next(traced);
    if (counts) this.#count(traced.event, cause);
  }

  #count(event: TraceEvent, { steps, origin }: Cause): void {
    this.#counts.events++;
    this.#counts.ticks = event.tick;
    switch (event.kind) {
      case 'send':
        this.#sent(event);
        break;
      case 'receive':
        this.#link(event.from, event.node).received++;
        this.#kind(event.message).received++;
        break;
      case 'output':
        this.#outputs[event.node] = (this.#outputs[event.node] ?? 0) + 1;
        this.#steps.add(steps);
        if (origin !== undefined) this.#latency.add(event.tick - origin.tick);
        break;
      case 'fault':
        this.#fault(event.peer, plainText(event.name));
        break;
      case 'expire':
      case 'crash':
      case 'restart':
        this.#counts[event.kind]++;
        break;
      case 'input':
      case 'other':
        break;
    }
  }

  /** What was counted so far. */
  statistics(): TraceStatistics {
    const kinds = [...this.#kinds].map(([kind, counts]) => ({ kind, ...counts }));
    const links = this.#links.map((counts, at) => ({
      from: Math.floor(at / this.#nodes),
      to: at % this.#nodes,
      ...counts,
    }));
    const { events, ticks, expire, crash, restart } = this.#counts;
    return {
      nodes: this.#nodes,
      events,
      ticks,
      messages: sum(kinds, ({ messages }) => messages),
      received: sum(kinds, ({ received }) => received),
      bytes: sum(kinds, ({ bytes }) => bytes),
      kinds,
      links: links.filter(({ messages, received }) => messages + received > 0),
      steps: this.#steps.summary(),
      latency: this.#latency.summary(),
      outputs: this.#outputs,
      faults: [...this.#faults.values()],
      timers: expire,
      crashes: crash,
      restarts: restart,
    };
  }

  #sent({ node, to, message, bytes = 0 }: Extract<TraceEvent, { readonly kind: 'send' }>): void {
    const counts = this.#kind(message);
    for (let target = to === 'all' ? 0 : to; target <= (to === 'all' ? this.#nodes - 1 : to); target++) {
      this.#link(node, target).messages++;
      counts.messages++;
      if (target !== node) counts.bytes += bytes;
    }
  }

  #kind(message: unknown): { messages: number; received: number; bytes: number } {
    return entry(this.#kinds, messageKind(message), 'others', () => ({ messages: 0, received: 0, bytes: 0 }));
  }

  #fault(peer: number, kind: string): void {
    entry(this.#faults, `${peer} ${kind}`, `${peer} others`, (key) => ({
      peer,
      kind: key.slice(`${peer} `.length),
      count: 0,
    })).count++;
  }

  #link(from: number, to: number): { messages: number; received: number } {
    return this.#links[from * this.#nodes + to] ?? { messages: 0, received: 0 };
  }
}

function entry<T>(map: Map<string, T>, name: string, others: string, make: (key: string) => T): T {
  const key = map.has(name) || map.size < maxNames ? name : others;
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make(key);
  map.set(key, made);
  return made;
}

const sum = <T>(items: readonly T[], of: (item: T) => number): number =>
  items.reduce((total, item) => total + of(item), 0);
