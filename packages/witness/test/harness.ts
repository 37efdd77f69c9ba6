/** One node with witnesses over best-effort broadcast, driven by hand: what a peer broadcasts is delivered at once. */
import {
  codec,
  createBestEffortBroadcast,
  createGroup,
  messageSchema,
  nodeId,
  NodeSet,
  Witness,
  type Fault,
  type Group,
  type Message,
  type NodeId,
  type RoundDelivery,
  type Step,
  type Witnessed,
} from '@quorate/witness';
import type { Input } from '@quorate/reliable-broadcast';

export const id = (value: number): NodeId => value as NodeId;

export const setOf = (...ids: readonly number[]): NodeSet => {
  const set = new NodeSet();
  for (const one of ids) set.add(id(one));
  return set;
};

export class Driven {
  readonly group: Group;
  readonly witness: Witness<Input, RoundDelivery>;
  readonly outputs: Witnessed[] = [];
  readonly above: RoundDelivery[] = [];
  readonly faults: { readonly peer: NodeId; readonly kind: string }[] = [];
  /** The evidence of the last fault. */
  evidence: readonly unknown[] = [];
  /** What the node itself broadcast. */
  readonly said: Message[] = [];
  readonly #sequences: number[];

  constructor(nodes: number, openRounds = 64, hasAbove = true) {
    this.group = createGroup({ nodes });
    this.witness = new Witness<Input, RoundDelivery>({
      group: this.group,
      self: nodeId(this.group, 0),
      broadcast: createBestEffortBroadcast,
      maxValue: 1024,
      openRounds,
      ...(hasAbove && { above: { maxPayload: 64, deliver: (delivery) => delivery } }),
    });
    this.#sequences = Array.from({ length: nodes }, () => 0);
  }

  put(round: number, value: Uint8Array = Uint8Array.of(0, round & 255)): void {
    this.#apply(this.witness.input({ round, value }));
  }

  /** A peer's next broadcast arrives. */
  say(from: number, message: Message): void {
    const messages = codec(messageSchema(this.group, 1024, 64));
    this.sayBytes(from, messages.encode(message));
  }

  sayBytes(from: number, payload: Uint8Array, sequence: number = this.#sequences[from] ?? 0): void {
    this.#sequences[from] = sequence + 1;
    this.#apply(this.witness.receive(id(from), { kind: 'input', sender: id(from), sequence, payload }));
  }

  value(from: number, round = 0, value: Uint8Array = Uint8Array.of(from, round & 255)): void {
    this.say(from, { kind: 'value', round, value });
  }

  report(from: number, senders: NodeSet | Uint8Array, round = 0): void {
    const bits = senders instanceof NodeSet ? senders.toBytes(this.group.n) : senders;
    this.say(from, { kind: 'report', round, senders: bits });
  }

  /** The values of a round's last output, by node; undefined when there was none. */
  sendersOf(round: number): readonly number[] | undefined {
    const last = this.outputs.findLast((output) => output.round === round);
    return last && [...last.values.keys()];
  }

  #apply(step: Step<Input, Witnessed | RoundDelivery>): void {
    for (const effect of step) {
      if (effect.kind === 'fault') this.#blame(effect.peer, effect.fault);
      if (effect.kind === 'output') this.#putOut(effect.value);
      if (effect.kind === 'send') this.#sent(effect.message);
    }
  }

  #blame(peer: NodeId, { kind, evidence }: Fault): void {
    this.faults.push({ peer, kind });
    this.evidence = evidence;
  }

  #putOut(value: Witnessed | RoundDelivery): void {
    if ('values' in value) this.outputs.push(value);
    else this.above.push(value);
  }

  #sent(message: Input): void {
    const read = codec(messageSchema(this.group, 1024, 64)).decode(message.payload);
    if ('kind' in read) this.said.push(read);
    this.#apply(this.witness.receive(id(0), message));
  }
}
