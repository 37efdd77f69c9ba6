/**
 * ByzzFuzz: a few faults of the network and a few small lies, each bound to a communication round, as plain data that can be drawn,
 * stored and made smaller. [Winter et al. 23] Randomized testing of Byzantine fault tolerant algorithms.
 */
import { nodeId, QuorateError, type Group, type NodeId, type Schema } from '@quorate/transport';
import type { AdversaryContext, AdversaryEffect, Conduct } from './adversaries/behaviour.js';
import { edited, editedContent, isNumber, type Leaf } from './adversaries/content.js';
import { Face } from './adversaries/face.js';
import { anyOf, shuffled, type Random } from './random.js';
import { Rounds } from './rounds.js';
import { whole } from './whole.js';

/** The messages of one round on one link are dropped: they arrive at {@link FuzzPlan.until}. */
export interface Drop {
  readonly round: number;
  readonly from: NodeId;
  readonly to: NodeId;
}

/** How a message is changed by little. */
export type SmallChange =
  /** One number in it is one more, or one less. */
  | 'more'
  | 'less'
  /** An older message of the same node is said again instead. */
  | 'old'
  /** It is left out. */
  | 'omit'
  /** Its content is another one: the same for all that are told. */
  | 'other';

/** What a faulty node says in one round is changed for some. The node is among the faults of the plan, as one that behaves so: `fuzz`. */
export interface SmallLie {
  readonly round: number;
  readonly node: NodeId;
  readonly to: readonly NodeId[];
  readonly change: SmallChange;
  /** Which of the numbers in the message, counted from 0 and round again. */
  readonly place: number;
}

export interface FuzzPlan {
  readonly drops: readonly Drop[];
  readonly lies: readonly SmallLie[];
  /** The tick at which what was dropped arrives after all: links are reliable. */
  readonly until: number;
}

/** The name of a planned fault whose lies stand in {@link FuzzPlan.lies}. */
export const fuzzed = 'fuzz';

const changes: readonly SmallChange[] = ['more', 'less', 'old', 'omit', 'other'];
/** So many ticks are later than anything that happens by itself. */
const defaultUntil = 5_000;

/** Draws so many drops and lies over the first rounds. Lies are told by the liars alone. */
export function drawFuzz(
  ids: readonly NodeId[],
  liars: readonly NodeId[],
  bounds: { readonly drops: number; readonly lies: number; readonly rounds: number },
  random: Random,
): FuzzPlan {
  const drops = Array.from({ length: bounds.drops }, () => ({
    round: random.below(bounds.rounds),
    from: anyOf(ids, random),
    to: anyOf(ids, random),
  }));
  const lies = Array.from({ length: liars.length === 0 ? 0 : bounds.lies }, () => {
    const node = anyOf(liars, random);
    const others = shuffled(
      ids.filter((id) => id !== node),
      random,
    );
    const to = others.slice(0, 1 + random.below(Math.max(1, others.length))).toSorted((a, b) => a - b);
    return { round: random.below(bounds.rounds), node, to, change: anyOf(changes, random), place: random.below(4) };
  });
  return { drops: drops.filter(({ from, to }) => from !== to), lies, until: defaultUntil };
}

/** Throws Q1002 (no such node), Q5016 (no round, no tick) or Q5019 (no such change). */
export function checkFuzz(group: Group, { drops, lies, until }: FuzzPlan): void {
  whole('the tick at which dropped messages arrive', until);
  for (const { round, from, to } of drops) {
    whole('a round', round);
    nodeId(group, from);
    nodeId(group, to);
  }
  for (const { round, node, to, place, change } of lies) {
    if (!changes.includes(change)) {
      throw new QuorateError('Q5019', `a message cannot be changed by "${change}"`, `use ${changes.join(', ')}`);
    }
    whole('a round', round);
    whole('the place of a number', place);
    for (const id of [node, ...to]) nodeId(group, id);
  }
}

/** Whether the plan drops the message. */
export function dropsOf<M>(
  schema: Schema<M>,
  drops: readonly Drop[],
): (from: NodeId, to: NodeId, message: M) => boolean {
  const rounds = new Rounds(schema.shape);
  const links = new Map<string, Set<number>>();
  for (const { round, from, to } of drops) {
    const link = `${from}>${to}`;
    links.set(link, (links.get(link) ?? new Set<number>()).add(round));
  }
  return (from, to, message) => links.get(`${from}>${to}`)?.has(rounds.of(message)) === true;
}

/** The conduct of a node that tells these lies and no others. */
export function smallLies<M>(schema: Schema<M>, lies: readonly SmallLie[], { random }: AdversaryContext): Conduct<M> {
  const rounds = new Rounds(schema.shape);
  const face = new Face(schema, random);
  /** The last message of each kind and the one before it: what is old. */
  const older = new Map<number, M>();
  const last = new Map<number, M>();
  const changed = (message: M, kind: number, { change, place }: SmallLie): M | undefined => {
    switch (change) {
      case 'more':
        return shifted(schema, message, place, 1);
      case 'less':
        return shifted(schema, message, place, -1);
      case 'old':
        return older.get(kind);
      case 'omit':
        return undefined;
      case 'other':
        return face.of(message);
    }
  };
  return {
    speak(message, to) {
      const round = rounds.of(message);
      const kind = round % rounds.kinds;
      const before = last.get(kind);
      if (before !== undefined) older.set(kind, before);
      last.set(kind, message);
      const due = lies.filter((lie) => lie.round === round);
      return to.flatMap((node): AdversaryEffect<M>[] => {
        const lie = due.find((one) => one.to.includes(node));
        const said = lie === undefined ? message : changed(message, kind, lie);
        return said === undefined ? [] : [{ kind: 'send', to: node, message: said }];
      });
    },
  };
}

/** The message with one of its numbers moved by one: those that count something, then those of its content, bytes included. */
function shifted<M>(schema: Schema<M>, message: M, place: number, by: number): M {
  const leaves: unknown[] = [];
  const moved =
    (at: number) =>
    (leaf: Leaf, value: unknown): unknown => {
      const mine = leaves.push(value) - 1 === at;
      return mine ? step(leaf, value, by) : value;
    };
  edited(schema, message, isNumber, moved(-1));
  const numbers = leaves.length;
  editedContent(schema, message, moved(-1));
  const at = leaves.length === 0 ? 0 : place % leaves.length;
  leaves.length = 0;
  return at < numbers
    ? edited(schema, message, isNumber, moved(at))
    : editedContent(schema, message, moved(at - numbers));
}

function step(leaf: Leaf, value: unknown, by: number): unknown {
  if ((leaf.kind === 'integer' || leaf.kind === 'float') && typeof value === 'number') {
    const next = value + by;
    return next >= leaf.min && next <= leaf.max ? next : value;
  }
  if (leaf.kind === 'bigint' && typeof value === 'bigint') {
    const next = value + BigInt(by);
    return next >= leaf.min && next <= leaf.max ? next : value;
  }
  if (value instanceof Uint8Array && value.length > 0)
    return value.with(value.length - 1, ((value.at(-1) ?? 0) + by) & 255);
  return typeof value === 'boolean' ? !value : value;
}
