/** Prints the trace digests of a few runs as JSON: the same on every machine, on every version of Node, and in a browser. */
import {
  broadcastProperties,
  nodeId,
  createGroup,
  ReliableBroadcast,
  type Delivery,
  type Message,
  type NodeId,
} from '@quorate/reliable-broadcast';
import { runPlan, traceLine, TraceDigest, type RunPlan, type Subject } from '@quorate/simulation';

const subject: Subject<Uint8Array, Message, Delivery> = {
  name: 'bracha',
  honest: (node) => new ReliableBroadcast(node),
  input: (node, index) => new Uint8Array(20 + 20 * (index % 2)).fill(node),
  checkers: [broadcastProperties],
};

const id = (node: number): NodeId => nodeId(createGroup({ nodes: 10 }), node);

function plan(nodes: number, seed: number, changes: Partial<RunPlan>): RunPlan {
  const { n, f } = createGroup({ nodes });
  const senders = Array.from({ length: n }, (_, node) => id(node));
  return {
    schema: 'quorate.plan/1',
    subject: 'bracha',
    nodes: n,
    faulty: f,
    unsafe: false,
    seed,
    faults: [],
    network: {},
    count: 2,
    senders,
    ...changes,
  };
}

const runs: Readonly<Record<string, RunPlan>> = {
  'four nodes, seed 1': plan(4, 1, {}),
  'four nodes, seed 2': plan(4, 2, {}),
  'five nodes, one equivocates, frames are lost and doubled': plan(5, 3, {
    faults: [{ node: id(4), behaviour: 'equivocate' }],
    network: { loss: 200_000, duplication: 100_000, latency: { min: 1, max: 50 } },
  }),
  'seven nodes, one forges and one delays, a partition heals': plan(7, 4_294_967_295, {
    faults: [
      { node: id(5), behaviour: 'double-vote' },
      { node: id(6), behaviour: 'delay', when: { kind: 'ticks', after: 3 } },
    ],
    network: {
      partitions: [
        {
          sides: [
            [id(0), id(1)],
            [id(2), id(3), id(4)],
          ],
          from: 2,
          to: 90,
        },
      ],
    },
  }),
  'ten nodes, links in order, one slow': plan(10, 123_456_789, {
    network: { ordered: true, slow: [[id(2), 40]] },
    count: 1,
  }),
};

const digests = Object.entries(runs).map(([name, run]) => {
  const digest = new TraceDigest();
  runPlan(subject, run, { observer: (event) => digest.add(traceLine(event)) });
  return [name, `${String(digest)} ${digest.events}`];
});
console.log(JSON.stringify(Object.fromEntries(digests), undefined, 2));
