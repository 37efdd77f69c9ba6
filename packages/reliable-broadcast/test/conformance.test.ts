import { describe, expect, it } from 'vitest';
import { broadcastProperties, ReliableBroadcast, type Delivery, type Message } from '@quorate/reliable-broadcast';
import {
  drawPlan,
  runPlan,
  traceLine,
  TraceReader,
  TraceWriter,
  type RunPlan,
  type Subject,
  type TraceEvent,
} from '@quorate/simulation';
import { Conformance } from './conformance.js';

const subject: Subject<Uint8Array, Message, Delivery> = {
  name: 'bracha',
  honest: (options) => new ReliableBroadcast(options),
  input: (node, index) => new Uint8Array(index % 2 === 0 ? 3 : 40).fill(node + 1),
  checkers: [broadcastProperties],
};

/** The run of a plan, written as a trace and read again. */
function trace(plan: RunPlan): readonly TraceEvent[] {
  const lines: string[] = [];
  const writer = new TraceWriter({ version: '0', nodes: plan.nodes, plan }, (line) => lines.push(`${line}\n`));
  runPlan(subject, plan, { observer: (event) => writer.add(traceLine(event)) });
  writer.end();
  const reader = new TraceReader();
  const events = [...reader.push(new TextEncoder().encode(lines.join('')))].map(({ event }) => event);
  reader.end();
  return events;
}

const conforms = (plan: RunPlan, events: readonly TraceEvent[]): string | undefined =>
  new Conformance(
    plan,
    plan.faults.map(({ node }) => node),
  ).check(events);

const behaviours = ['silent', 'delay', 'mute', 'equivocate', 'twins', 'double-vote', 'coordinated'];
const network = { latency: { min: 1, max: 30 } };
const plans = behaviours.flatMap((behaviour) =>
  [0, 1, 2].map((seed) => drawPlan({ subject: 'bracha', nodes: [4, 7], network, behaviours: [behaviour] }, seed)),
);

/** The event with one field changed, once for each field that the specification knows. */
function* alterations(event: TraceEvent, nodes: number): Generator {
  yield { ...event, node: (event.node + 1) % nodes };
  if ('from' in event) yield { ...event, from: (event.from + 1) % nodes };
  if ('to' in event) yield { ...event, to: event.to === 'all' ? 0 : 'all' };
  if ('sent' in event) yield { ...event, sent: event.sent === undefined ? 0 : event.sent + 1 };
  if (event.kind === 'input') yield { ...event, value: altered(event.value) };
  if ('message' in event) yield* within(event.message).map((message) => ({ ...event, message }));
  if (event.kind === 'output') yield* within(event.value).map((value) => ({ ...event, value }));
}

const within = (object: unknown): readonly unknown[] =>
  Object.entries(object as Readonly<Record<string, unknown>>).map(([name, value]) => ({
    ...(object as object),
    [name]: name === 'kind' ? (value === 'echo' ? 'input' : 'echo') : altered(value),
  }));

/** Another number, or other bytes of the same length. */
const altered = (value: unknown): unknown =>
  typeof value === 'number'
    ? value + 1
    : `${value === '' ? '00' : ''}${String(value).replace(/^./, (d) => (d === '0' ? '1' : '0'))}`;

describe('SIM-09 a trace and the textbook as its specification', () => {
  it('every trace of the product conforms', () => {
    for (const plan of plans) expect({ plan, why: conforms(plan, trace(plan)) }).toEqual({ plan, why: undefined });
  });

  it('a trace with one altered field, or without one event, is refused', () => {
    for (const plan of [plans[0], plans[9], plans[15]]) {
      if (plan === undefined) throw new Error('no such plan');
      const events = trace(plan);
      const faulty = new Set<number>(plan.faults.map(({ node }) => node));
      const accepted: unknown[] = [];
      const refuse = (at: number, instead: readonly TraceEvent[]): void => {
        if (conforms(plan, events.toSpliced(at, 1, ...instead)) === undefined) accepted.push({ at, instead });
      };
      for (const [at, event] of events.entries()) {
        // What faulty nodes do, and what is reported of them, is free.
        if (at % 29 !== 0 || faulty.has(event.node) || event.kind === 'fault') continue;
        if (event.kind !== 'receive') refuse(at, []);
        for (const other of alterations(event, plan.nodes) as Generator<TraceEvent>) {
          // Between faulty nodes everything is free.
          const isFree = other.kind === 'receive' && faulty.has(other.node) && faulty.has(other.from);
          if (!isFree) refuse(at, [other]);
        }
      }
      expect({ plan, accepted }).toEqual({ plan, accepted: [] });
    }
  });
});
