/**
 * What reliable broadcast promises, as an observer outside checks it. The observer sees what correct nodes put in, send and
 * deliver; what a faulty node does concerns nobody.
 *
 * RBC1 validity · RBC2 no duplication · RBC3 integrity · RBC4 agreement · RBC5 totality · RBC6 one vote value ·
 * RBC7 at most one echo and one vote of each node.
 */
import {
  equalBytes,
  NodeSet,
  type Checker,
  type CheckerFactory,
  type Group,
  type NodeId,
  type Violation,
} from '@quorate/transport/contract';
import type { Delivery } from './broadcast.js';
import { faultKinds } from './faults.js';
import type { Message } from './message.js';

/** The names of the properties, in the order in which tables show them. */
export const properties: Readonly<Record<string, string>> = {
  validity: 'RBC1 validity',
  noDuplication: 'RBC2 no duplication',
  integrity: 'RBC3 integrity',
  agreement: 'RBC4 agreement',
  totality: 'RBC5 totality',
  oneVoteValue: 'RBC6 one vote value',
  onceOnly: 'RBC7 one echo, one vote',
};

/** What a run can come near: each step of the figure by what set it off. */
const echoes: Partial<Record<Message['kind'], string>> = {
  input: 'echo on the input',
  echo: 'echo upon an echo quorum',
  vote: 'echo upon f + 1 votes',
  delivered: 'echo upon f + 1 votes, an answer among them',
};
const votes: Partial<Record<Message['kind'], string>> = {
  echo: 'vote by echo quorum',
  vote: 'vote by amplification',
  delivered: 'vote by amplification, an answer among the votes',
};
const deliveries: Partial<Record<Message['kind'], string>> = {
  input: 'delivery upon a late payload',
  echo: 'delivery upon a late payload',
  vote: 'delivery upon 2f + 1 votes',
  delivered: 'delivery upon answers',
};
const catchUp: Partial<Record<Message['kind'], string>> = {
  request: 'catch-up: asks',
  delivered: 'catch-up: answers with what it delivered',
  echo: 'catch-up: repeats an echo',
  vote: 'catch-up: repeats a vote',
  progress: 'catch-up: ends an answer',
};

/** Every rule that the checker tells a run from another by. */
const rules: readonly string[] = [
  ...new Set([echoes, votes, deliveries, catchUp].flatMap((table) => Object.values(table))),
];

/** What was seen of one instance. */
interface Seen {
  input: Uint8Array | undefined;
  delivered: Uint8Array | undefined;
  voted: Uint8Array | undefined;
  readonly deliveredBy: NodeSet;
  /** Nodes that delivered another payload than the correct sender's. */
  deceived: NodeSet | undefined;
  readonly echoedBy: NodeSet;
  readonly votedBy: NodeSet;
}

export interface BroadcastObserverOptions {
  readonly group: Group;
  /** The nodes that keep to the protocol. */
  readonly correct: readonly NodeId[];
}

/**
 * Watches one run. Each method answers the violation that the event shows, if it does. Payloads may be given by digest,
 * as long as all are. Memory grows with the number of instances of the run.
 */
export class BroadcastObserver implements Checker<Uint8Array, Message, Delivery> {
  #correct: readonly NodeId[] = [];
  #isCorrect: NodeSet = new NodeSet();
  readonly #seen: readonly Map<number, Seen>[];
  readonly #exercised: Set<string> = new Set();
  /** The kind of the last message that a correct node received: what it says next is what that message set off. */
  #trigger: Message['kind'] = 'input';

  constructor({ group, correct }: BroadcastObserverOptions) {
    this.#watch(correct);
    this.#seen = Array.from({ length: group.n }, () => new Map<number, Seen>());
  }

  /** A correct node broadcast this under its number. Who shows `sent` every message need not say it. */
  broadcast(sender: NodeId, sequence: number, payload: Uint8Array): void {
    this.#of(sender, sequence).input = payload;
  }

  /** A node received this. */
  received(_node: NodeId, _from: NodeId, message: Message): undefined {
    this.#trigger = message.kind;
  }

  /** The steps of the protocol that were taken, by what set them off. Known where `received` is shown. */
  exercised(): Iterable<string> {
    return this.#exercised;
  }

  /** A correct node sent this. What it repeats for a single peer is no new echo or vote. */
  sent(node: NodeId, to: NodeId | 'all', message: Message): Violation | undefined {
    if (!this.#isCorrect.has(node)) return undefined;
    if (to !== 'all') return this.#note(catchUp[message.kind]);
    if (message.kind === 'input') this.broadcast(node, message.sequence, message.payload);
    if (message.kind === 'echo') {
      this.#note(echoes[this.#trigger]);
      return this.#echoed(node, message.sender, message.sequence);
    }
    if (message.kind === 'vote') {
      this.#note(votes[this.#trigger]);
      return this.#voted(node, message.sender, message.sequence, message.value);
    }
    return undefined;
  }

  /** A node delivered this. */
  output(node: NodeId, { sender, sequence, payload }: Delivery): Violation | undefined {
    if (!this.#isCorrect.has(node)) return undefined;
    const seen = this.#of(sender, sequence);
    const what = `node ${node} delivered number ${sequence} of node ${sender}`;
    this.#note(deliveries[this.#trigger]);
    if (!seen.deliveredBy.add(node)) return safety('noDuplication', `${what} a second time`);
    if (this.#isCorrect.has(sender)) {
      if (seen.input === undefined) return safety('integrity', `${what}, which that node never broadcast`);
      if (!equalBytes(seen.input, payload)) {
        seen.deceived ??= new NodeSet();
        seen.deceived.add(node);
        return safety('integrity', `${what} with another payload than was broadcast`);
      }
    }
    seen.delivered ??= payload;
    if (!equalBytes(seen.delivered, payload))
      return safety('agreement', `${what} with another payload than others did`);
    return undefined;
  }

  /** The node lost its memory, or is left behind: nobody holds it to the promises any more. */
  faulty(node: NodeId): void {
    this.#watch(this.#correct.filter((other) => other !== node));
  }

  /** The run is over: nothing is in flight between correct nodes. */
  *end(): Generator<Violation> {
    for (const [sender, instances] of this.#seen.entries()) {
      for (const [sequence, seen] of instances) {
        const missing = this.#correct.filter((node) => !seen.deliveredBy.has(node));
        // Who delivered something else in the name of a correct sender did not deliver what that sender broadcast.
        const deceived = this.#correct.filter((node) => seen.deceived?.has(node) === true);
        if (missing.length + deceived.length === 0) continue;
        const what = (nodes: readonly NodeId[]): string =>
          `number ${sequence} of node ${sender} was not delivered by node ${nodes.join(', ')}`;
        if (seen.input !== undefined && this.#correct.some((node) => node === sender))
          yield liveness('validity', `${what([...missing, ...deceived])}, though its sender is correct`);
        if (missing.length > 0 && this.#correct.some((node) => seen.deliveredBy.has(node)))
          yield liveness('totality', `${what(missing)}, though others delivered it`);
      }
    }
  }

  #note(rule: string | undefined): undefined {
    if (rule !== undefined) this.#exercised.add(rule);
  }

  #watch(correct: readonly NodeId[]): void {
    this.#correct = correct;
    this.#isCorrect = new NodeSet();
    for (const node of correct) this.#isCorrect.add(node);
  }

  #echoed(node: NodeId, sender: NodeId, sequence: number): Violation | undefined {
    if (this.#of(sender, sequence).echoedBy.add(node)) return undefined;
    return safety('onceOnly', `node ${node} echoed twice in number ${sequence} of node ${sender}`);
  }

  #voted(node: NodeId, sender: NodeId, sequence: number, value: Uint8Array): Violation | undefined {
    const seen = this.#of(sender, sequence);
    const where = `in number ${sequence} of node ${sender}`;
    if (!seen.votedBy.add(node)) return safety('onceOnly', `node ${node} voted twice ${where}`);
    seen.voted ??= value;
    if (equalBytes(seen.voted, value)) return undefined;
    return safety('oneVoteValue', `node ${node} voted for another payload than other correct nodes ${where}`);
  }

  #of(sender: NodeId, sequence: number): Seen {
    const instances = this.#seen[sender];
    const known = instances?.get(sequence);
    if (known !== undefined) return known;
    const seen: Seen = {
      input: undefined,
      delivered: undefined,
      voted: undefined,
      deliveredBy: new NodeSet(),
      deceived: undefined,
      echoedBy: new NodeSet(),
      votedBy: new NodeSet(),
    };
    instances?.set(sequence, seen);
    return seen;
  }
}

/** The checker for simulations. */
export const broadcastProperties: CheckerFactory<Uint8Array, Message, Delivery> = Object.assign(
  (run: BroadcastObserverOptions) => new BroadcastObserver(run),
  { rules, faults: faultKinds },
);

const violation = (kind: Violation['kind'], name: string, detail: string): Violation => ({
  property: properties[name] ?? name,
  kind,
  detail,
});
const safety = (name: string, detail: string): Violation => violation('safety', name, detail);
const liveness = (name: string, detail: string): Violation => violation('liveness', name, detail);
