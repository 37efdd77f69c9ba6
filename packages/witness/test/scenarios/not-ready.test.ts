/** A broadcast below that has too much in flight: what this node has to say waits, bounded, and is said when there is room. */
import { describe, expect, it } from 'vitest';
import { BestEffortBroadcast, type Delivery, type Input } from '@quorate/reliable-broadcast';
import {
  codec,
  createGroup,
  messageSchema,
  nodeIds,
  Refusal,
  Witness,
  type Broadcast,
  type BroadcastOptions,
  type Message,
  type NodeId,
  type Step,
  type Usage,
} from '@quorate/witness';
import { id } from '../harness.js';

/** Best effort that says for itself whether it is ready. */
class Gate implements Broadcast<Input> {
  ready = true;
  readonly #below: BestEffortBroadcast;

  constructor(options: BroadcastOptions) {
    this.#below = new BestEffortBroadcast(options);
  }

  get schema(): Broadcast<Input>['schema'] {
    return this.#below.schema;
  }

  get maxPayload(): number {
    return this.#below.maxPayload;
  }

  get nextSequence(): number {
    return this.#below.nextSequence;
  }

  usage(): Usage {
    return this.#below.usage();
  }

  input(payload: Uint8Array): Step<Input, Delivery> {
    return this.#below.input(payload);
  }

  receive(from: NodeId, message: Input): Step<Input, Delivery> {
    return this.#below.receive(from, message);
  }
}

const group = createGroup({ nodes: 4 });
const messages = codec(messageSchema(group, 1024, 0));

class Gated {
  readonly witness: Witness<Input>;
  readonly said: string[] = [];
  gate: Gate | undefined;
  readonly #sequences = [0, 0, 0, 0];

  constructor(openRounds: number) {
    const broadcast = (options: BroadcastOptions): Gate => (this.gate = new Gate(options));
    this.witness = new Witness({ group, self: id(0), maxValue: 1024, openRounds, broadcast });
  }

  isReady(ready: boolean): void {
    if (this.gate !== undefined) this.gate.ready = ready;
  }

  say(from: NodeId, message: Message): void {
    const sequence = this.#sequences[from] ?? 0;
    this.#sequences[from] = sequence + 1;
    const payload = messages.encode(message);
    for (const effect of this.witness.receive(from, { kind: 'input', sender: from, sequence, payload })) {
      if (effect.kind !== 'send') continue;
      const read = messages.decode(effect.message.payload);
      if (!(read instanceof Refusal)) this.said.push(`${read.kind} ${read.round}`);
    }
  }

  /** The values of nodes 1, 2 and 3, upon which this node reports. */
  values(round: number): void {
    for (const from of nodeIds(group).slice(1)) this.say(from, { kind: 'value', round, value: new Uint8Array(1) });
  }
}

describe('a broadcast that is not ready', () => {
  it('a finished round is closed when its report is out, not while it waits', () => {
    const node = new Gated(8);
    node.isReady(false);
    node.values(0);
    node.witness.finish(0);
    expect(node.witness).toMatchObject({ lowestRound: 0, ready: false });
    node.isReady(true);
    node.values(1);
    expect(node.said).toEqual(['report 0', 'report 1']);
    expect(node.witness).toMatchObject({ lowestRound: 1, ready: true });
  });

  it('what waits is bounded by the rounds that are kept, however far the others go', () => {
    const node = new Gated(8);
    node.isReady(false);
    for (let round = 0; round < 500; round++) {
      node.values(round);
      if (round >= node.witness.lowestRound && round < node.witness.lowestRound + 16) node.witness.finish(round);
      expect(node.witness.usage().unsent).toBeLessThanOrEqual(16);
    }
    expect(node.witness.lowestRound).toBeGreaterThan(450);
  });
});
