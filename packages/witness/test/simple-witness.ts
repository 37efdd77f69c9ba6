/**
 * The witness layer once more, as plainly as possible and with each rule in one place, so that it can be left out: with all rules
 * it keeps every promise, without any one of them it must be caught.
 */
import {
  allCorrect,
  codec,
  createReliableBroadcast,
  messageSchema,
  nodeIds,
  NodeSet,
  oneCorrect,
  Refusal,
  type Broadcast,
  type BroadcastOptions,
  type Codec,
  type Delivery,
  type Effect,
  type Group,
  type Message,
  type NodeId,
  type Protocol,
  type RoundValue,
  type Schema,
  type Step,
  type Witnessed,
} from '@quorate/witness';
import type { Message as BrachaMessage } from '@quorate/reliable-broadcast';

export interface Rules {
  /** Waits for witnesses before it puts values out. */
  readonly witnesses: boolean;
  /** How many witnesses it waits for. */
  readonly quorum: (group: Group) => number;
  /** Counts a report only once it has every value that is named. */
  readonly comparesContent: boolean;
  /** Puts out a value for each node that a counted report names; only without `comparesContent` can one be missing. */
  readonly fillsIn: boolean;
  /** How many values make a report. */
  readonly reportAfter: (group: Group) => number;
  /** Counts one report of each node. */
  readonly oneReportEach: boolean;
  /** Looks at reports again when values come. */
  readonly looksAgain: boolean;
  /** Takes the broadcasts of each sender in their order. */
  readonly inOrder: boolean;
  /** Lies: says everything twice, and the value in two versions. */
  readonly saysTwice: boolean;
}

const allRules: Rules = {
  witnesses: true,
  quorum: allCorrect,
  comparesContent: true,
  fillsIn: false,
  reportAfter: allCorrect,
  oneReportEach: true,
  looksAgain: true,
  inOrder: true,
  saysTwice: false,
};

export const without: Readonly<Record<string, Partial<Rules>>> = {
  'no witness phase': { witnesses: false },
  'witness quorum f + 1': { quorum: oneCorrect },
  'reports not compared with values': { comparesContent: false },
  'missing values filled in': { comparesContent: false, fillsIn: true },
  'a report after n − f − 1 values': { reportAfter: (group) => allCorrect(group) - 1 },
  'two reports of a node counted': { oneReportEach: false },
  'reports looked at once': { looksAgain: false },
  'broadcasts taken in any order': { inOrder: false },
};

/** A round, as far as the simple version goes. */
interface Round {
  readonly values: Map<NodeId, Uint8Array>;
  readonly reports: { readonly from: NodeId; readonly members: NodeSet; confirmed: boolean }[];
  reported: boolean;
}

type Out = Effect<BrachaMessage, Witnessed>;

export class SimpleWitness implements Protocol<RoundValue, BrachaMessage, Witnessed> {
  readonly schema: Schema<BrachaMessage>;
  readonly ready = true;
  readonly #group: Group;
  readonly #rules: Rules;
  readonly #broadcast: Broadcast<BrachaMessage>;
  readonly #messages: Codec<Message>;
  readonly #rounds = new Map<number, Round>();
  readonly #early: Delivery[] = [];
  readonly #next: number[];

  constructor(options: BroadcastOptions, rules: Partial<Rules> = {}) {
    this.#group = options.group;
    this.#rules = { ...allRules, ...rules };
    this.#messages = codec(messageSchema(options.group, 1024, 0));
    this.#broadcast = createReliableBroadcast(options);
    this.schema = this.#broadcast.schema;
    this.#next = nodeIds(options.group).map(() => 0);
  }

  input({ round, value }: RoundValue): Step<BrachaMessage, Witnessed> {
    const first = this.#say({ kind: 'value', round, value });
    if (!this.#rules.saysTwice) return first;
    return [...first, ...this.#say({ kind: 'value', round, value: Uint8Array.of(255, ...value) })];
  }

  receive(from: NodeId, message: BrachaMessage): Step<BrachaMessage, Witnessed> {
    return this.#broadcast
      .receive(from, message)
      .flatMap((effect): readonly Out[] => (effect.kind === 'output' ? this.#inOrder(effect.value) : [effect]));
  }

  #inOrder(delivery: Delivery): readonly Out[] {
    if (!this.#rules.inOrder) return this.#take(delivery);
    this.#early.push(delivery);
    const { sender } = delivery;
    const out: Out[] = [];
    for (;;) {
      const at = this.#early.findIndex((one) => one.sender === sender && one.sequence === this.#next[sender]);
      const [due] = at < 0 ? [] : this.#early.splice(at, 1);
      if (due === undefined) return out;
      this.#next[sender] = due.sequence + 1;
      out.push(...this.#take(due));
    }
  }

  #take({ sender, payload }: Delivery): readonly Out[] {
    const message = this.#messages.decode(payload);
    if (message instanceof Refusal || message.kind === 'above') return [];
    const round = this.#of(message.round);
    if (message.kind === 'value') {
      if (round.values.has(sender)) return [];
      round.values.set(sender, message.value);
      return [...this.#report(message.round, round), ...this.#look(message.round, round, this.#rules.looksAgain)];
    }
    const members = NodeSet.fromBytes(message.senders, this.#group.n);
    const seen = round.reports.some(({ from }) => from === sender);
    if (members === undefined || members.size < this.#rules.reportAfter(this.#group)) return [];
    if (seen && this.#rules.oneReportEach) return [];
    const report = { from: sender, members, confirmed: false };
    round.reports.push(report);
    if (!this.#rules.looksAgain) report.confirmed = this.#isConfirmed(round, members);
    return this.#look(message.round, round, this.#rules.looksAgain);
  }

  #report(number: number, round: Round): readonly Out[] {
    if (round.reported || round.values.size < this.#rules.reportAfter(this.#group)) return [];
    round.reported = true;
    const members = new NodeSet();
    for (const sender of round.values.keys()) members.add(sender);
    const senders = members.toBytes(this.#group.n);
    const first = this.#say({ kind: 'report', round: number, senders });
    return this.#rules.saysTwice ? [...first, ...this.#say({ kind: 'report', round: number, senders })] : first;
  }

  #look(number: number, round: Round, again: boolean): readonly Out[] {
    if (again) for (const report of round.reports) report.confirmed ||= this.#isConfirmed(round, report.members);
    const counted = round.reports.filter(({ confirmed }) => confirmed).map(({ from }) => from);
    const enough = this.#rules.witnesses
      ? counted.length >= this.#rules.quorum(this.#group)
      : round.values.size >= allCorrect(this.#group);
    if (!enough) return [];
    const values = new Map(round.values);
    if (this.#rules.fillsIn) {
      for (const sender of round.reports.flatMap(({ members }) => [...members])) {
        if (!values.has(sender)) values.set(sender, new Uint8Array(0));
      }
    }
    const value = { round: number, values, witnesses: new Set(counted) };
    return [{ kind: 'output', value }];
  }

  #isConfirmed({ values }: Round, members: NodeSet): boolean {
    return !this.#rules.comparesContent || [...members].every((sender) => values.has(sender));
  }

  #say(message: Message): readonly Out[] {
    return this.#broadcast
      .input(this.#messages.encode(message))
      .flatMap((effect): readonly Out[] => (effect.kind === 'output' ? [] : [effect]));
  }

  #of(number: number): Round {
    const known = this.#rounds.get(number);
    if (known !== undefined) return known;
    const round: Round = { values: new Map(), reports: [], reported: false };
    this.#rounds.set(number, round);
    return round;
  }
}
