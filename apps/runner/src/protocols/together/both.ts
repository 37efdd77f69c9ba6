/** Two protocols as one: what the command must know of the pair follows from what it knows of each. */
import { createHash } from 'node:crypto';
import type { Judgement } from '../../judgement.js';
import type {
  Composition,
  Evidence,
  Loaded,
  OutputSummary,
  Promised,
  ProtocolEntry,
  Simulated,
  ValueSource,
} from '../protocol.js';
import { ofFirst, ofSecond } from './checked.js';
import { Shares } from './shares.js';
import { first, second, sideBySide, type OneOf, type Said } from './side-by-side.js';

/** What one node tells of both. */
export interface BothSummary<S, R> extends OutputSummary {
  readonly first: S;
  readonly second: R;
}

/** A protocol of the pair. One without a name is a pair itself, and its promises have names already. */
export interface Member<I, M, O, T, S extends OutputSummary> {
  readonly name: string | undefined;
  /** Protocols in it. */
  readonly size: number;
  readonly parts: Composition<I, M, O, T, S>;
}

/** The promises of a protocol beside others: their names say whose they are. */
export const promisesOf = ({ name, promises }: ProtocolEntry): readonly Promised[] =>
  promises.map((promise) => ({ ...promise, key: keyOf(name, promise.key), label: labelOf(name, promise.label) }));

const keyOf = (name: string | undefined, key: string): string => (name === undefined ? key : `${name}.${key}`);
const labelOf = (name: string | undefined, label: string): string => (name === undefined ? label : `${name} ${label}`);

/** The pair. The first is one protocol, the second may be several. */
export function both<I, M, O, T, S extends OutputSummary, J, N, P, U, R extends OutputSummary>(
  one: Member<I, M, O, T, S>,
  other: Member<J, N, P, U, R>,
): Composition<OneOf<I, J>, Said<M, N>, OneOf<O, P>, OneOf<T, U>, BothSummary<S, R>> {
  const shares = new Shares(other.size);
  const a = one.parts;
  const b = other.parts;
  return {
    layer: `${a.layer} and ${b.layer}`,
    honest: (node) => sideBySide(a.honest(node), b.honest(node)),
    inputOf: (value, index, sender) =>
      shares.isFirst(index)
        ? first(a.inputOf(value, shares.within(index), sender))
        : second(b.inputOf(value, shares.within(index), sender)),
    answers(output, self) {
      const own = output.kind === 'first' ? a.answers(output.value, self) : b.answers(output.value, self);
      if (own === undefined) return undefined;
      return output.kind === 'first' ? shares.first(own) : shares.second(own);
    },
    log(group, values) {
      const firsts = a.log(group, shares.ofFirst(values));
      const seconds = b.log(group, shares.ofSecond(values));
      return {
        get count() {
          return firsts.count + seconds.count;
        },
        record: (output) => (output.kind === 'first' ? firsts.record(output.value) : seconds.record(output.value)),
        summary: () => together(firsts.summary(), seconds.summary()),
      };
    },
    judge: async (evidence) =>
      joined(
        [one.name, await a.judge(evidenceOf(evidence, shares.ofFirst(evidence.values), (log) => log.first))],
        [other.name, await b.judge(evidenceOf(evidence, shares.ofSecond(evidence.values), (log) => log.second))],
      ),
    simulated: simulated(one, other, shares),
    load: loaded(a.load, b.load),
  };
}

function simulated<I, M, O, T, S extends OutputSummary, J, N, P, U, R extends OutputSummary>(
  one: Member<I, M, O, T, S>,
  other: Member<J, N, P, U, R>,
  shares: Shares,
): Simulated<OneOf<I, J>, Said<M, N>, OneOf<O, P>, OneOf<T, U>> {
  const a = one.parts.simulated;
  const b = other.parts.simulated;
  const { honest: madeOne = one.parts.honest } = a;
  const { honest: madeOther = other.parts.honest } = b;
  return {
    honest: (node) => sideBySide(madeOne(node), madeOther(node)),
    input: (node, index, random, payload) =>
      shares.isFirst(index)
        ? first(a.input(node, shares.within(index), random, payload))
        : second(b.input(node, shares.within(index), random, payload)),
    checkers: [
      ...a.checkers.map((make) => ofFirst<I, M, O, J, N, P>(make, (label) => labelOf(one.name, label))),
      ...b.checkers.map((make) => ofSecond<I, M, O, J, N, P>(make, (label) => labelOf(other.name, label))),
    ],
    summary(outputs) {
      const firsts = outputs.flatMap((output) => (output.kind === 'first' ? [output.value] : []));
      const seconds = outputs.flatMap((output) => (output.kind === 'second' ? [output.value] : []));
      return together(a.summary(firsts), b.summary(seconds));
    },
    cost(nodes) {
      const [of, ofOther] = [a.cost(nodes), b.cost(nodes)];
      return { messages: Math.max(of.messages, ofOther.messages), copies: Math.max(of.copies, ofOther.copies) };
    },
  };
}

const loaded = <O, P>(a: Loaded<O>, b: Loaded<P>): Loaded<OneOf<O, P>> => ({
  operation: 'an operation of any of the protocols',
  lanes: () => 1,
  lanesAreSenders: false,
  properties: [],
  lane: (output) => ((output.kind === 'first' ? a.lane(output.value) : b.lane(output.value)) < 0 ? -1 : 0),
  word: () => 0,
});

/** What was found of each, under its name. */
function joined(...judgements: readonly (readonly [string | undefined, Judgement])[]): Judgement {
  const verdicts = judgements.map(([, { verdict }]) => verdict);
  const properties = judgements.flatMap(([name, judgement]) =>
    Object.entries(judgement.properties).map(([key, held]): [string, boolean | null] => [keyOf(name, key), held]),
  );
  return {
    verdict: verdicts.includes('violated') ? 'violated' : verdicts.includes('undecided') ? 'undecided' : 'valid',
    properties: Object.fromEntries(properties),
    violations: judgements.flatMap(([name, { violations }]) =>
      violations.map((violation) => ({ ...violation, property: keyOf(name, violation.property) })),
    ),
  };
}

function evidenceOf<S extends OutputSummary, R extends OutputSummary>(
  evidence: Evidence<S>,
  values: ValueSource,
  logOf: (log: S) => R,
): Evidence<R> {
  return { ...evidence, values, reports: evidence.reports.map(({ node, log }) => ({ node, log: logOf(log) })) };
}

function together<S extends OutputSummary, R extends OutputSummary>(one: S, other: R): BothSummary<S, R> {
  return {
    count: one.count + other.count,
    sha256: createHash('sha256').update(one.sha256).update(other.sha256).digest('hex'),
    unrecorded: one.unrecorded + other.unrecorded,
    first: one,
    second: other,
  };
}
