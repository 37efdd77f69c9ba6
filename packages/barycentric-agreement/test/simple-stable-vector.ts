/** The stable vector once more, as plainly as possible and without bounds: to leave out one rule at a time. */
import {
  allCorrect,
  createReliableBroadcast,
  FirstValues,
  lift,
  nodeIds,
  type Collected,
  type Effect,
  type Group,
  type Message as Bracha,
  type NodeId,
  type Protocol,
  type RoundValue,
  type Schema,
  type Step,
} from '@quorate/reliable-broadcast';
import { messageSchema, type Message } from '../src/message.js';
import { senderSet } from '../src/sender-set.js';
import { subsetsOf } from '../src/subsets.js';

export interface Rules {
  /** Buddies needed. */
  readonly buddies: (group: Group) => number;
  /** Whether a view of another node counts for one's own. */
  readonly counts: (theirs: string, own: string) => boolean;
  readonly stopsSending: boolean;
  readonly outputsEachTime: boolean;
  /** Values that are made up for those that are missing. */
  readonly fillsIn: boolean;
  readonly dropsOne: boolean;
}

const all: Rules = {
  buddies: allCorrect,
  counts: (theirs, own) => theirs === own,
  stopsSending: false,
  outputsEachTime: false,
  fillsIn: false,
  dropsOne: false,
};

const isSubset = (theirs: string, own: string): boolean =>
  theirs.split(',').every((node) => own.split(',').includes(node));

/** One rule left out, by what is done instead. */
export const without: Readonly<Record<string, Partial<Rules>>> = {
  'no buddies': { buddies: () => 0 },
  'n − f − 1 buddies': { buddies: (group) => allCorrect(group) - 1 },
  'views within one’s own counted': { counts: isSubset },
  'no sending after the output': { stopsSending: true },
  'a view for each growth': { outputsEachTime: true },
  'missing values filled in': { fillsIn: true },
  'a value left out': { dropsOne: true },
};

export class SimpleStableVector implements Protocol<RoundValue, Message<Bracha>, Collected> {
  readonly schema: Schema<Message<Bracha>>;
  readonly ready = true;
  readonly #group: Group;
  readonly #rules: Rules;
  readonly #values: FirstValues<Bracha>;
  /** What each node said in the one round, views as lists of nodes. */
  readonly #views = new Map<NodeId, Set<string>>();
  #own: Collected['values'] = new Map();
  #done = false;

  constructor({ group, self }: { readonly group: Group; readonly self: NodeId }, rules: Partial<Rules>) {
    this.#group = group;
    this.#rules = { ...all, ...rules };
    this.#values = new FirstValues({ group, self, broadcast: createReliableBroadcast, maxValue: 64 });
    this.schema = messageSchema(group, this.#values.schema);
  }

  input(value: RoundValue): Step<Message<Bracha>, Collected> {
    return this.#lift(this.#values.input(value));
  }

  receive(from: NodeId, message: Message<Bracha>): Step<Message<Bracha>, Collected> {
    if (message.kind === 'broadcast') return this.#lift(this.#values.receive(from, message.message));
    const views = this.#views.get(from) ?? new Set();
    const { members } = message;
    views.add(String(nodeIds(this.#group).filter((node) => ((members[node >>> 3] ?? 0) & (1 << (node & 7))) !== 0)));
    this.#views.set(from, views);
    return this.#settled();
  }

  #lift(step: Step<Bracha, Collected>): Step<Message<Bracha>, Collected> {
    return lift(step, {
      message: (message: Bracha): Message<Bracha> => ({ kind: 'broadcast', message }),
      output: ({ round, values }: Collected): readonly Effect<Message<Bracha>, Collected>[] => {
        this.#own = values;
        if (this.#done && this.#rules.stopsSending) return this.#settled();
        const members = senderSet(this.#group, values.keys());
        return [{ kind: 'send', to: 'all', message: { kind: 'view', round, members } }, ...this.#settled()];
      },
    });
  }

  #settled(): readonly Effect<Message<Bracha>, Collected>[] {
    const { buddies, counts, outputsEachTime, fillsIn, dropsOne } = this.#rules;
    if ((this.#done && !outputsEachTime) || this.#own.size < allCorrect(this.#group)) return [];
    const own = String([...this.#own.keys()].toSorted((a, b) => a - b));
    const equal = [...this.#views.values()].filter((views) => [...views].some((view) => counts(view, own)));
    if (equal.length < buddies(this.#group)) return [];
    this.#done = true;
    const values = new Map(this.#own);
    if (fillsIn) for (const node of nodeIds(this.#group)) values.set(node, values.get(node) ?? Uint8Array.of(0));
    if (dropsOne) values.delete([...values.keys()][0] as NodeId);
    return [{ kind: 'output', value: { round: 0, values } }];
  }
}

/** Tells everybody every view that there could be: with it, everybody has one buddy more. */
export const flatterer = (group: Group): readonly Message<Bracha>[] =>
  Array.from({ length: group.f + 1 }, (_, more) => allCorrect(group) + more).flatMap((size) =>
    Array.from(subsetsOf(group.n, size), (members) => [...members]).map((members): Message<Bracha> => ({
      kind: 'view',
      round: 0,
      members: senderSet(group, members as NodeId[]),
    })),
  );
