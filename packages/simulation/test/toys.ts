/** Protocols small enough to see what an adversary does to them. None of them tolerates anything. */
import {
  allCorrect,
  boolean,
  bytes,
  integer,
  nodeIdSchema,
  NodeSet,
  noEffects,
  record,
  sha256,
  union,
  type Group,
  type NodeId,
  type Protocol,
  type Schema,
  type Step,
} from '@quorate/transport';

export type EchoMessage =
  | { readonly kind: 'input'; readonly sender: NodeId; readonly sequence: number; readonly payload: Uint8Array }
  | { readonly kind: 'echo'; readonly sender: NodeId; readonly sequence: number; readonly payload: Uint8Array }
  | { readonly kind: 'vote'; readonly sender: NodeId; readonly sequence: number; readonly value: Uint8Array };

export const maxSequence = 1_000_000;
const maxPayload = 100;

function echoSchema(group: Group): Schema<EchoMessage> {
  const sender = nodeIdSchema(group);
  const sequence = integer({ max: maxSequence, meaning: 'sequence' });
  const payload = bytes({ max: maxPayload });
  return union<EchoMessage>({
    input: { sender, sequence, payload },
    echo: { sender, sequence, payload },
    vote: { sender, sequence, value: bytes({ max: 32 }) },
  });
}

/** Echoes an input, votes for an echo it hears back from itself, and outputs what n − f nodes voted for. */
export class EchoToy implements Protocol<Uint8Array, EchoMessage, string> {
  readonly schema: Schema<EchoMessage>;
  readonly #group: Group;
  readonly #self: NodeId;
  readonly #votes = new Map<string, NodeSet>();
  ready = true;
  #sequence = 0;

  constructor(group: Group, self: NodeId) {
    this.schema = echoSchema(group);
    this.#group = group;
    this.#self = self;
  }

  input(payload: Uint8Array): Step<EchoMessage, string> {
    if (payload.length > maxPayload) throw new RangeError('too long');
    return all({ kind: 'input', sender: this.#self, sequence: this.#sequence++, payload });
  }

  receive(from: NodeId, message: EchoMessage): Step<EchoMessage, string> {
    const { kind, sender, sequence } = message;
    if (kind === 'input') return all({ kind: 'echo', sender, sequence, payload: message.payload.slice() });
    if (kind === 'vote')
      return this.#count(from, `${sender}/${sequence}/${Buffer.from(message.value).toString('hex')}`);
    const value = message.payload.length < 32 ? message.payload.slice() : sha256(message.payload);
    return from === this.#self ? all({ kind: 'vote', sender, sequence, value }) : noEffects;
  }

  #count(from: NodeId, what: string): Step<EchoMessage, string> {
    const voters = this.#votes.get(what) ?? new NodeSet();
    this.#votes.set(what, voters);
    return voters.add(from) && voters.size === allCorrect(this.#group) ? [{ kind: 'output', value: what }] : noEffects;
  }
}

type BallotMessage =
  | { readonly kind: 'ask'; readonly round: number }
  | { readonly kind: 'answer'; readonly round: number; readonly yes: boolean };

/** A vote of one bit: its content is an answer, and no field names a node. */
export class BallotToy implements Protocol<number, BallotMessage, never> {
  readonly schema: Schema<BallotMessage> = union<BallotMessage>({
    ask: { round: integer({ max: 100, meaning: 'round' }) },
    answer: { round: integer({ max: 100, meaning: 'round' }), yes: boolean() },
  });
  readonly ready = true;

  input(round: number): Step<BallotMessage, never> {
    return all({ kind: 'ask', round });
  }

  receive(from: NodeId, message: BallotMessage): Step<BallotMessage, never> {
    if (message.kind !== 'ask') return noEffects;
    return [{ kind: 'send', to: from, message: { kind: 'answer', round: message.round, yes: true } }];
  }
}

/** Says only a round: there is no content, and no field that names a node. */
export class BeaconToy implements Protocol<number, { readonly round: number }, never> {
  readonly schema: Schema<{ readonly round: number }> = record<{ readonly round: number }>({
    round: integer({ max: 100, meaning: 'round' }),
  });
  readonly ready = true;

  input(round: number): Step<{ readonly round: number }, never> {
    return all({ round });
  }

  receive(): Step<{ readonly round: number }, never> {
    return noEffects;
  }
}

const all = <M>(message: M): Step<M, never> => [{ kind: 'send', to: 'all', message }];
