import { describe, expect, it } from 'vitest';
import { broadcastProperties, ReliableBroadcast, type Delivery, type Message } from '@quorate/reliable-broadcast';
import {
  drawPlan,
  runPlan,
  TraceCounter,
  traceForms,
  traceLine,
  TraceReader,
  TraceWriter,
  traitsOf,
  type Subject,
} from '@quorate/simulation';

const subject: Subject<Uint8Array, Message, Delivery> = {
  name: 'bracha',
  honest: (node) => new ReliableBroadcast(node),
  input: (_, __, random) => new Uint8Array(random.below(40)).fill(random.below(256)),
  checkers: [broadcastProperties],
};

const seeds = Number(process.env['SEEDS'] ?? 40);

describe('traces of drawn runs', () => {
  it('are read as they were written, counted, and drawn in every form, whatever lies and networks there are', () => {
    const traits = traitsOf(subject);
    for (let seed = 0; seed < seeds; seed++) {
      const plan = drawPlan({ subject: 'bracha', nodes: [4, 7], traits }, seed);
      const lines: string[] = [];
      const writer = new TraceWriter({ version: '', nodes: plan.nodes, plan }, (line) => lines.push(`${line}\n`));
      const { simulation } = runPlan(subject, plan, { observer: (event) => writer.add(traceLine(event)) });
      writer.end();
      const reader = new TraceReader();
      const counter = new TraceCounter(plan.nodes);
      const forms = [...traceForms.values()].map(({ of }) => of(plan.nodes));
      for (const traced of reader.push(new TextEncoder().encode(lines.join('')))) {
        counter.add(traced);
        for (const form of forms) form.event(traced);
      }
      reader.end();
      const { outputs, received } = counter.statistics();
      expect({ seed, received }).toEqual({ seed, received: simulation.deliveries });
      expect({ seed, outputs }).toEqual({ seed, outputs: outputs.map((_, node) => outputsOf(simulation, node)) });
    }
  });
});

function outputsOf(
  simulation: ReturnType<typeof runPlan<Uint8Array, Message, Delivery>>['simulation'],
  node: number,
): number {
  return simulation.outputs(node as Parameters<typeof simulation.outputs>[0]).length;
}
