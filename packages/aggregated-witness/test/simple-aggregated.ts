/**
 * The aggregated layer once more, as plainly as possible and with each rule in one place, so that it can be left out: with all
 * rules it keeps every promise, without any one of them it must be caught.
 */
import {
  allCorrect,
  codec,
  createReliableBroadcast,
  messageSchema,
  NodeSet,
  oneCorrect,
  Refusal,
  type AggregatedWitnessed,
  type Broadcast,
  type Codec,
  type Effect,
  type Group,
  type Message,
  type NodeId,
  type Protocol,
  type RoundDelivery,
  type RoundValue,
  type Schema,
  type Step,
  type Witnessed,
  type WitnessLayer,
} from '@quorate/aggregated-witness';
import { createWitness } from '@quorate/witness';

export type BrachaMessage = ReturnType<typeof createReliableBroadcast> extends Broadcast<infer M> ? M : never;

export interface Rules {
  /** Waits for aggregated reports before it puts values out. */
  readonly aggregates: boolean;
  /** How many it waits for. */
  readonly quorum: (group: Group) => number;
  /** Counts an aggregated report only once every node that is named is a witness. */
  readonly comparesContent: boolean;
  /** Uses what comes out of the witness layer after the first time. */
  readonly grows: boolean;
  /** Sends its aggregated report. */
  readonly reports: boolean;
}

const allRules: Rules = {
  aggregates: true,
  quorum: allCorrect,
  comparesContent: true,
  grows: true,
  reports: true,
};

export const without: Readonly<Record<string, Partial<Rules>>> = {
  'no aggregated phase': { aggregates: false },
  'aggregated quorum f + 1': { quorum: oneCorrect },
  'aggregated reports not compared with witnesses': { comparesContent: false },
  'witnesses frozen at the first output': { grows: false },
};

type Out = Effect<BrachaMessage, AggregatedWitnessed>;

interface Round {
  witnessed: Witnessed | undefined;
  readonly reports: Map<NodeId, NodeSet>;
}

export class SimpleAggregated implements Protocol<RoundValue, BrachaMessage, AggregatedWitnessed> {
  readonly schema: Schema<BrachaMessage>;
  readonly ready = true;
  readonly #group: Group;
  readonly #rules: Rules;
  readonly #messages: Codec<Message>;
  readonly #witness: WitnessLayer<BrachaMessage, RoundDelivery>;
  readonly #rounds = new Map<number, Round>();

  constructor({ group, self }: { readonly group: Group; readonly self: NodeId }, rules: Partial<Rules> = {}) {
    this.#group = group;
    this.#rules = { ...allRules, ...rules };
    this.#messages = codec(messageSchema(group, 0));
    const above = { maxPayload: this.#messages.maxBytes, deliver: (delivery: RoundDelivery) => delivery };
    this.#witness = createWitness({ broadcast: createReliableBroadcast })({ group, self, above });
    this.schema = this.#witness.schema;
  }

  input(value: RoundValue): Step<BrachaMessage, AggregatedWitnessed> {
    return this.#outer(this.#witness.input(value));
  }

  receive(from: NodeId, message: BrachaMessage): Step<BrachaMessage, AggregatedWitnessed> {
    return this.#outer(this.#witness.receive(from, message));
  }

  #outer(step: Step<BrachaMessage, Witnessed | RoundDelivery>): readonly Out[] {
    return step.flatMap((effect): readonly Out[] => {
      if (effect.kind !== 'output') return [effect];
      return 'values' in effect.value ? this.#onWitnessed(effect.value) : this.#onReport(effect.value);
    });
  }

  #onWitnessed(witnessed: Witnessed): readonly Out[] {
    const round = this.#of(witnessed.round);
    const isFirst = round.witnessed === undefined;
    if (isFirst || this.#rules.grows) round.witnessed = witnessed;
    return [...(isFirst && this.#rules.reports ? this.#report(witnessed) : []), ...this.#look(round)];
  }

  #report({ round, witnesses }: Witnessed): readonly Out[] {
    const members = new NodeSet();
    for (const witness of witnesses) members.add(witness);
    const message: Message = { kind: 'aggregated-report', witnesses: members.toBytes(this.#group.n) };
    return this.#outer(this.#witness.above.send({ round, payload: this.#messages.encode(message) }));
  }

  #onReport({ sender, round: number, payload }: RoundDelivery): readonly Out[] {
    const message = this.#messages.decode(payload);
    if (message instanceof Refusal || message.kind === 'above') return [];
    const round = this.#of(number);
    const members = NodeSet.fromBytes(message.witnesses, this.#group.n);
    if (members === undefined || members.size < allCorrect(this.#group) || round.reports.has(sender)) return [];
    round.reports.set(sender, members);
    return this.#look(round);
  }

  #look({ witnessed, reports }: Round): readonly Out[] {
    if (witnessed === undefined) return [];
    const accepts = (members: NodeSet): boolean =>
      !this.#rules.comparesContent || [...members].every((node) => witnessed.witnesses.has(node));
    const accepted = [...reports].filter(([, members]) => accepts(members)).map(([sender]) => sender);
    if (this.#rules.aggregates && accepted.length < this.#rules.quorum(this.#group)) return [];
    return [{ kind: 'output', value: { ...witnessed, aggregatedWitnesses: new Set(accepted) } }];
  }

  #of(number: number): Round {
    const known = this.#rounds.get(number);
    if (known !== undefined) return known;
    const round: Round = { witnessed: undefined, reports: new Map() };
    this.#rounds.set(number, round);
    return round;
  }
}
