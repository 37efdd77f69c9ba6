/**
 * A network of pure protocols in one thread, for compliance suites: every message waits until the next one to arrive is
 * drawn at random. No loss, no clock; whatever is sent arrives in the end, in any order or in order per link.
 */
import {
  codec,
  nodeIds,
  QuorateError,
  Refusal,
  type Codec,
  type Effect,
  type Fault,
  type Group,
  type NodeId,
  type Protocol,
  type Random,
  type Step,
} from '@quorate/transport/contract';

/** A message on its way. */
export interface InFlight<Message> {
  readonly from: NodeId;
  readonly to: NodeId;
  readonly message: Message;
}

export interface MessageNetworkOptions<Input, Message, Output> {
  readonly group: Group;
  readonly random: Random;
  readonly node: (self: NodeId) => Protocol<Input, Message, Output>;
  /** Nodes that do not run: what they send is put in by the test. */
  readonly puppets?: readonly NodeId[];
  /** Whether messages of one link keep their order. Default: any order. */
  readonly ordered?: boolean;
  /** Sees what each node wants done, before it is done. */
  readonly watch?: (node: NodeId, effect: Effect<Message, Output>) => void;
}

export class MessageNetwork<Input, Message, Output> {
  readonly group: Group;
  /** Outputs of each node so far, by node. */
  readonly outputs: readonly Output[][];
  /** Faults that each node reported, by node. */
  readonly faults: readonly { readonly peer: NodeId; readonly fault: Fault }[][];
  /** Messages on their way, and the ones that were held back by `hold`. */
  inFlight: InFlight<Message>[] = [];
  held: InFlight<Message>[] = [];
  /** Messages handed over so far, those to oneself included. */
  delivered = 0;
  readonly #options: MessageNetworkOptions<Input, Message, Output>;
  readonly #codec: Codec<Message>;
  readonly #nodes: (Protocol<Input, Message, Output> | undefined)[];
  #hold: (message: InFlight<Message>) => boolean = () => false;

  constructor(options: MessageNetworkOptions<Input, Message, Output>) {
    this.#options = options;
    this.group = options.group;
    const ids = nodeIds(options.group);
    this.#nodes = ids.map((id) => (options.puppets?.includes(id) === true ? undefined : options.node(id)));
    this.#codec = codec(this.#firstNode().schema);
    this.outputs = ids.map(() => []);
    this.faults = ids.map(() => []);
  }

  /** The protocol of a node that runs. */
  node(id: NodeId): Protocol<Input, Message, Output> {
    const node = this.#nodes[id];
    if (node === undefined) throw new QuorateError('Q1002', `node ${id} is a puppet: it runs no protocol`);
    return node;
  }

  /** Another protocol takes the node's place: the node was started anew. */
  replace(id: NodeId, protocol: Protocol<Input, Message, Output>): void {
    this.#nodes[id] = protocol;
  }

  /** Puts a value in at a node. */
  input(id: NodeId, value: Input): void {
    this.apply(id, this.node(id).input(value));
  }

  /** Sends as a puppet (or as anybody). */
  send(from: NodeId, to: NodeId | 'all', message: Message): void {
    for (const node of to === 'all' ? nodeIds(this.group) : [to]) {
      const sent = { from, to: node, message };
      (this.#hold(sent) ? this.held : this.inFlight).push(sent);
    }
  }

  /** From now on, messages for which `condition` holds wait until `release`. */
  hold(condition: (message: InFlight<Message>) => boolean): void {
    this.#hold = condition;
  }

  /** Nothing is held back any more. */
  release(): void {
    this.#hold = () => false;
    this.inFlight.push(...this.held.splice(0));
  }

  /** Hands over messages until none is on its way; at most `limit`, so that a protocol that never rests is found. */
  run(limit = 1_000_000): void {
    for (let steps = 0; this.inFlight.length > 0; steps++) {
      if (steps === limit) throw new Error(`still ${this.inFlight.length} messages in flight after ${limit}`);
      this.deliver(this.#draw());
    }
  }

  /** Hands over one message: through the wire format, and in a buffer that is overwritten when the call returns. */
  deliver({ from, to, message }: InFlight<Message>): void {
    this.delivered++;
    const node = this.#nodes[to];
    if (node === undefined) return;
    const frame = this.#codec.encode(message);
    const read = this.#codec.decode(frame);
    if (read instanceof Refusal) throw new Error(`invariant: what was encoded can be decoded (${read.reason})`);
    const step = node.receive(from, read);
    frame.fill(0xee);
    this.apply(to, step);
  }

  /** Does what a node wants done. */
  apply(id: NodeId, step: Step<Message, Output>): void {
    for (const effect of step) {
      this.#options.watch?.(id, effect);
      if (effect.kind === 'send') this.send(id, effect.to, effect.message);
      else if (effect.kind === 'output') this.outputs[id]?.push(effect.value);
      else if (effect.kind === 'fault') this.faults[id]?.push({ peer: effect.peer, fault: effect.fault });
    }
  }

  #firstNode(): Protocol<Input, Message, Output> {
    const node = this.#nodes.find((known) => known !== undefined);
    if (node === undefined) throw new QuorateError('Q1001', 'a network of puppets alone has no protocol');
    return node;
  }

  #draw(): InFlight<Message> {
    const { inFlight } = this;
    const at = this.#options.random.below(inFlight.length);
    const drawn = inFlight[at];
    const last = inFlight.at(-1);
    if (drawn === undefined || last === undefined) throw new Error('invariant: something is in flight');
    if (this.#options.ordered === true) {
      const first = inFlight.findIndex(({ from, to }) => from === drawn.from && to === drawn.to);
      return inFlight.splice(first, 1)[0] ?? drawn;
    }
    inFlight[at] = last;
    inFlight.pop();
    return drawn;
  }
}
