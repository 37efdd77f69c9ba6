import {
  createGroup,
  nodeId,
  nodeIds,
  ReliableBroadcast,
  sha256,
  type Delivery,
  type Echo,
  type Group,
  type Input,
  type Message,
  type NodeId,
  type ReliableBroadcastOptions,
  type Vote,
} from '@quorate/reliable-broadcast';
import { MessageNetwork, seededRandom } from '../src/compliance.js';
import { BroadcastObserver } from '../src/properties.js';

export type Network = MessageNetwork<Uint8Array, Message, Delivery>;

export const id = (value: number): NodeId => value as NodeId;
export const bytes = (...values: number[]): Uint8Array => new Uint8Array(values);

export const input = (sender: number, sequence: number, payload: Uint8Array): Input => ({
  kind: 'input',
  sender: id(sender),
  sequence,
  payload,
});

export const echo = (sender: number, sequence: number, payload: Uint8Array): Echo => ({
  kind: 'echo',
  sender: id(sender),
  sequence,
  payload,
});

/** A vote names the payload itself below 32 bytes, its digest from there on. */
export const vote = (sender: number, sequence: number, payload: Uint8Array): Vote => ({
  kind: 'vote',
  sender: id(sender),
  sequence,
  value: payload.length < 32 ? payload : sha256(payload),
});

/** How many seeds a random scenario runs: `QUORATE_SEEDS`, or a number that takes a second or two. */
export const seedsOr = (usual: number): number => Number(process.env['QUORATE_SEEDS'] ?? usual);

/** One node, driven by hand. */
export function single(nodes: number, self = 0, options: Partial<ReliableBroadcastOptions> = {}): ReliableBroadcast {
  const group = createGroup({ nodes });
  return new ReliableBroadcast({ group, self: nodeId(group, self), ...options });
}

/** What a step sends to all, by kind. */
export const kindsSent = (step: ReturnType<ReliableBroadcast['receive']>): readonly string[] =>
  step.flatMap((effect) => (effect.kind === 'send' ? [effect.message.kind] : []));

export interface Run {
  readonly network: Network;
  readonly group: Group;
  readonly correct: readonly NodeId[];
  readonly faulty: readonly NodeId[];
  /** Properties that were violated so far, and at the end when `finish` is called. */
  readonly violations: string[];
  readonly finish: () => readonly string[];
}

/** A group whose last `faulty` nodes are puppets, watched for RBC1 to RBC7. */
export function start(
  nodes: number,
  faulty: number,
  seed: number,
  options: Partial<ReliableBroadcastOptions> & { tolerate?: number; ordered?: boolean } = {},
): Run {
  const { tolerate, ordered = false, ...changes } = options;
  const group = tolerate === undefined ? createGroup({ nodes }) : createGroup({ nodes, faulty: tolerate });
  const correct = nodeIds(group).slice(0, nodes - faulty);
  const liars = nodeIds(group).slice(nodes - faulty);
  const observer = new BroadcastObserver({ group, correct });
  const violations: string[] = [];
  const network: Network = new MessageNetwork<Uint8Array, Message, Delivery>({
    group,
    random: seededRandom(seed),
    puppets: liars,
    ordered,
    node: (self) => new ReliableBroadcast({ group, self, ...changes }),
    watch: (node, effect) => {
      const violation =
        effect.kind === 'send'
          ? observer.sent(node, effect.to, effect.message)
          : effect.kind === 'output'
            ? observer.output(node, effect.value)
            : undefined;
      if (violation !== undefined) violations.push(`${violation.property}: ${violation.detail}`);
    },
  });
  const finish = (): readonly string[] => [
    ...violations,
    ...[...observer.end()].map((violation) => `${violation.property}: ${violation.detail}`),
  ];
  return { network, group, correct, faulty: liars, violations, finish };
}

/** Payload number `i` of `node`. */
export const payloadOf = (node: number, i: number): Uint8Array => bytes(node, i & 0xff, i >> 8, 7);

/** Each of `senders` broadcasts `count` payloads, as fast as its window lets it. */
export function broadcastAll(run: Run, senders: readonly number[], count: number): void {
  for (let i = 0; i < count; i++) {
    for (const sender of senders) {
      if (!run.network.node(id(sender)).ready) run.network.run(50_000_000);
      run.network.input(id(sender), payloadOf(sender, i));
    }
  }
  run.network.run(50_000_000);
}

/** The host of `node` tells it that the links from `peers` were cut and are open again. */
export function reopen(run: Run, node: number, peers: readonly number[], incarnation = 0): void {
  for (const peer of peers) {
    run.network.apply(id(node), run.network.node(id(node)).reopened?.(id(peer), incarnation) ?? []);
  }
}

/** Deliveries by node. */
export const counts = (run: Run): readonly number[] => run.network.outputs.map((outputs) => outputs.length);
