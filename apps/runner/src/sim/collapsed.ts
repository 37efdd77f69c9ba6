/**
 * A trace as the layers above the broadcast see it: the broadcast's messages are left out, and each delivery stands in their place. Deliveries
 * are not in a trace, so its run is run again, and must go as the trace says.
 */
import { QuorateError } from '@quorate/serialization';
import type { Delivery } from '@quorate/reliable-broadcast';
import { createGroup, nodeId, type NodeId, type Shape } from '@quorate/transport';
import { TraceReader, type RunPlan, type TracedEvent } from '@quorate/simulation';
import { interruptible } from '../interruption.js';
import { shown } from '../suggest.js';
import { checkedPlan } from './failure-file.js';
import { carriedBy, opened, readable } from './readable-message.js';
import { simulate } from './simulate.js';
import { subjectOf, type Simulatable } from './subjects.js';
import { readTrace } from './trace-file.js';

/** Who takes the events, one after the other. */
export interface Collapsing {
  /** Before the first event. */
  readonly begin: (nodes: number) => void;
  readonly event: (traced: TracedEvent) => void;
}

/** Answers whether the run came to its end. Throws Q9010 (no broadcast below), Q9018, Q9030, Q9031 (it does not go as the trace says) or Q5030 – Q5034. */
export async function collapse(path: string, { begin, event }: Collapsing): Promise<boolean> {
  const reader = new TraceReader();
  const recorded = readTrace(path, reader);
  try {
    // The plan stands before the first event.
    const first = recorded.next();
    const plan = await checkedPlan(path, reader.head?.plan);
    begin(plan.nodes);
    const last = new LastEvent(plan, event);
    const subject = await onBroadcast(plan, last);
    last.shape = shapeOf(subject, plan);
    return await rerun({ path, plan, subject, last, first, recorded });
  } finally {
    recorded.return(undefined);
  }
}

/** The protocol of a run, if it stands on a broadcast. Throws Q9010 otherwise. */
async function onBroadcast(plan: RunPlan, last: LastEvent): Promise<Simulatable> {
  const subject = await subjectOf(plan, last);
  if (subject.entry.broadcast === 'below' && subject.entry.inputsPerRound === undefined) return subject;
  throw new QuorateError(
    'Q9010',
    `${plan.subject} stands on no broadcast whose messages could be drawn as one arrow`,
    'leave --collapse away',
  );
}

interface Rerun {
  readonly path: string;
  readonly plan: RunPlan;
  readonly subject: Simulatable;
  readonly last: LastEvent;
  /** What the trace says: its first event, and those after it. */
  readonly first: IteratorResult<TracedEvent>;
  readonly recorded: Iterator<TracedEvent>;
}

/** Runs it again beside its trace. Answers whether it came to its end. Throws Q9031 where they differ. */
async function rerun({ path, plan, subject, last, first, recorded }: Rerun): Promise<boolean> {
  let next = first;
  const differs = (): QuorateError =>
    new QuorateError(
      'Q9031',
      `the run of ${shown(path)} does not go as the trace says`,
      'write the trace again with this version, or leave --collapse away',
    );
  const { interrupted } = await interruptible((signal) =>
    simulate(subject, plan, {
      signal,
      watch: (line) => {
        last.flush();
        if (next.done === true || next.value.line !== line) throw differs();
        last.begin(next.value);
        next = recorded.next();
      },
    }),
  );
  last.flush();
  if (!interrupted && next.done !== true) throw differs();
  return !interrupted;
}

/** The event that is going on: what the broadcast does belongs to it. */
class LastEvent {
  /** Of the messages. */
  shape: Shape | undefined;
  readonly #event: (traced: TracedEvent) => void;
  readonly #liars: ReadonlySet<number>;
  #traced: TracedEvent | undefined;
  #isBroadcast = false;
  #delivered: TracedEvent[] = [];

  constructor({ faults }: RunPlan, event: (traced: TracedEvent) => void) {
    this.#event = event;
    this.#liars = new Set(faults.map(({ node }) => node));
  }

  begin(traced: TracedEvent): void {
    this.#traced = traced;
  }

  received(): void {
    this.#isBroadcast = true;
  }

  /** What a liar delivers, puts in and puts out concerns nobody. */
  delivered(node: NodeId, { sender, payload }: Delivery): void {
    const traced = this.#traced;
    if (traced === undefined || this.#liars.has(node)) return;
    const carried = this.shape === undefined ? undefined : carriedBy(this.shape);
    const said = (carried && opened(carried, payload)) ?? { kind: 'unreadable' };
    // What has no kind of its own is told from messages that are no broadcasts.
    const message = typeof said === 'object' ? { kind: 'broadcast', ...said } : said;
    const { tick } = traced.event;
    this.#delivered.push({
      ...traced,
      event: { kind: 'receive', tick, node, from: sender, sent: undefined, message },
    });
  }

  /** Nothing more belongs to the event. */
  flush(): void {
    const traced = this.#traced;
    if (traced !== undefined && !this.#isLeftOut(traced)) this.#event(this.#read(traced));
    for (const delivery of this.#delivered) this.#event(delivery);
    this.#traced = undefined;
    this.#isBroadcast = false;
    this.#delivered = [];
  }

  #isLeftOut({ event: { kind, node } }: TracedEvent): boolean {
    if (kind === 'receive') return this.#isBroadcast;
    return (kind === 'input' || kind === 'output' || kind === 'fault') && this.#liars.has(node);
  }

  #read(traced: TracedEvent): TracedEvent {
    const { event } = traced;
    if (!('message' in event) || this.shape === undefined) return traced;
    return { ...traced, event: { ...event, message: readable(this.shape, event.message) } };
  }
}

function shapeOf(subject: Simulatable, { nodes, faulty, unsafe }: RunPlan): Shape {
  return subject.with((parts) => {
    const group = createGroup({ nodes, faulty, unsafe });
    return parts.subject.honest({ group, self: nodeId(group, 0), incarnation: 0 }).schema.shape;
  });
}
