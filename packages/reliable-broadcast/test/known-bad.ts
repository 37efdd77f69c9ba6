/**
 * Protocols that are wrong on purpose, each with the property that it breaks: what shows that the checkers and the adversaries
 * are worth something. The thresholds are those of the table in the README; t there is f here.
 *
 * node --conditions=@quorate/source --import ./tools/source.mjs packages/reliable-broadcast/test/known-bad.ts
 * prints both tables.
 */
import {
  allCorrect,
  BroadcastObserver,
  deliver,
  messageSchema,
  nodeIds,
  oneCorrect,
  properties,
  sha256,
  type CheckerFactory,
  type Delivery,
  type Group,
  type Message,
  type NodeId,
  type Protocol,
  type Schema,
  type Step,
  type Violation,
} from '@quorate/reliable-broadcast';
import {
  behaviours,
  drawPlan,
  runPlan,
  seededRandom,
  type CampaignSpace,
  type PlannedFault,
  type Random,
  type Subject,
} from '@quorate/simulation';
import { correct, Textbook, type Rules } from './textbook.js';

export interface KnownBad {
  readonly name: string;
  /** Keys of `properties`: each of them is broken. */
  readonly breaks: readonly string[];
  readonly rules: Partial<Rules>;
  /** n and f of every run; by default n = 4 … 10 with the most faults. */
  readonly size?: readonly [nodes: number, faulty: number];
  /** What else every run has. */
  readonly space?: Partial<CampaignSpace>;
  /** The adversaries are not drawn: one node tells two stories, of these two payloads. */
  readonly stories?: (random: Random) => readonly [Uint8Array, Uint8Array];
}

/** A node that is what `honest` makes of it, and faulty all the same: its behaviour never begins. */
const faultyBy = (node: number): PlannedFault => ({
  node: node as NodeId,
  behaviour: 'silent',
  when: { kind: 'events', after: 1_000_000 },
});

/**
 * In four instances, tells each node an input, an echo and a vote for either of two payloads, or for both, or none: each by the toss of a coin. No
 * drawn adversary is as fickle: all of them treat a receiver in one way for life.
 */
class TwoStories implements Protocol<Uint8Array, Message, Delivery> {
  readonly ready = true;
  readonly schema: Schema<Message>;
  readonly #group: Group;
  readonly #self: NodeId;
  readonly #random: Random;
  readonly #stories: readonly Uint8Array[];

  constructor({ group, self }: { group: Group; self: NodeId }, stories: readonly Uint8Array[], random: Random) {
    this.schema = messageSchema(group, 1024);
    this.#group = group;
    this.#self = self;
    this.#random = random;
    this.#stories = stories;
  }

  input(): Step<Message, Delivery> {
    const words = [0, 1, 2, 3].flatMap((sequence) =>
      this.#stories.flatMap((payload) => this.#words(sequence, payload)),
    );
    return nodeIds(this.#group).flatMap((to) =>
      words.filter(() => this.#random.below(2) === 0).map((message) => ({ kind: 'send' as const, to, message })),
    );
  }

  receive(): Step<Message, Delivery> {
    return [];
  }

  #words(sequence: number, payload: Uint8Array): readonly Message[] {
    const about = { sender: this.#self, sequence };
    return [
      { kind: 'input', ...about, payload },
      { kind: 'echo', ...about, payload },
      { kind: 'vote', ...about, value: payload.length < 32 ? payload : sha256(payload) },
    ];
  }
}

/** Two payloads of a byte. */
export const zeroAndOne = (): readonly [Uint8Array, Uint8Array] => [Uint8Array.of(0), Uint8Array.of(1)];

/** A payload, and another one that is its digest. */
const payloadAndDigest = (random: Random): readonly [Uint8Array, Uint8Array] => {
  const payload = new Uint8Array(40).fill(random.below(256));
  return [payload, sha256(payload)];
};

const never = (): number => Infinity;
const all = ({ n }: Group): number => n;

/** A part of the protocol left out, or done as somebody once did it. */
export const knownBad: readonly KnownBad[] = [
  { name: 'no amplification', breaks: ['totality'], rules: { amplification: never } },
  { name: 'waits for n echoes', breaks: ['validity'], rules: { echoQuorum: all, amplification: never } },
  { name: 'votes for the first echo', breaks: ['oneVoteValue'], rules: { echoQuorum: () => 1 } },
  { name: 'echoes each value once', breaks: ['onceOnly'], rules: { repeats: ['echo'] } },
  { name: 'votes upon echoes, and again upon votes', breaks: ['onceOnly'], rules: { repeats: ['vote'] } },
  { name: 'delivers with every vote', breaks: ['noDuplication'], rules: { repeats: ['output'] } },
  { name: 'forgets what it delivered', breaks: ['noDuplication', 'onceOnly'], rules: { remembers: false } },
  { name: 'delivers on echoes', breaks: ['totality'], rules: { deliversOn: 'echoes', delivery: correct.echoQuorum } },
  { name: 'believes whom a message names as sender', breaks: ['integrity'], rules: { checksSender: false } },
  { name: 'counts messages, not nodes', breaks: ['integrity', 'agreement'], rules: { counts: 'every' } },
  { name: 'counts by instance, not by value', breaks: ['agreement'], rules: { counts: 'any value' } },
  {
    name: 'drops what is outside its window',
    breaks: ['totality', 'validity'],
    rules: { window: 2 },
    space: { count: 6, network: { latency: { min: 1, max: 3 }, slow: [[0 as NodeId, 50]] } },
  },
  {
    name: 'takes a payload of 32 bytes for its own name',
    breaks: ['agreement'],
    rules: { namedWhole: 32 },
    stories: payloadAndDigest,
  },
];

/** With one brain: they show the same faces to the same halves. */
const conspirators = [2, 3].map((node) => ({ node: node as NodeId, behaviour: 'coordinated' }));

/** Thresholds that are none. */
export const wrongThresholds: readonly KnownBad[] = [
  { name: 'n − f for all three', breaks: ['totality'], size: [4, 1], rules: same(allCorrect, allCorrect) },
  { name: 'n − f for all three', breaks: ['totality'], size: [7, 2], rules: same(allCorrect, allCorrect) },
  { name: 'no amplification', breaks: ['totality'], size: [4, 1], rules: { amplification: never } },
  {
    name: 'n − f + 1 for echo and delivery',
    breaks: ['validity', 'totality'],
    size: [4, 1],
    rules: same((group) => allCorrect(group) + 1),
  },
  {
    name: 'n − f + 1 for echo and delivery',
    breaks: ['validity', 'totality'],
    size: [7, 2],
    rules: same((group) => allCorrect(group) + 1),
  },
  { name: 'echo quorum 2f + 1', breaks: ['agreement'], size: [5, 1], rules: { echoQuorum: deliver } },
  { name: 'echo quorum 2f + 1', breaks: ['agreement'], size: [6, 1], rules: { echoQuorum: deliver } },
  { name: 'echo quorum ⌊(n + f) / 2⌋', breaks: ['agreement'], size: [6, 1], rules: { echoQuorum: half } },
  { name: 'echo quorum ⌊(n + f) / 2⌋', breaks: ['totality'], size: [4, 1], rules: { echoQuorum: half } },
  {
    name: 'amplification at f',
    breaks: ['validity', 'totality'],
    size: [4, 1],
    rules: { amplification: ({ f }) => f },
  },
  {
    name: 'delivery at 2f',
    breaks: ['totality'],
    size: [4, 1],
    rules: { delivery: ({ f }) => 2 * f },
    stories: zeroAndOne,
  },
  {
    name: 'delivery at f + 1',
    breaks: ['totality'],
    size: [4, 1],
    rules: { delivery: oneCorrect },
    stories: zeroAndOne,
  },
  { name: 'echoes two values', breaks: ['totality'], size: [4, 1], rules: { repeats: ['echo'] }, stories: zeroAndOne },
  { name: 'echoes two values', breaks: ['agreement'], size: [5, 1], rules: { repeats: ['echo'] }, stories: zeroAndOne },
  {
    name: 'counts by instance, not by value',
    breaks: ['agreement', 'validity'],
    size: [4, 1],
    rules: { counts: 'any value' },
  },
  {
    name: 'n = 3f, and n − f for echo and delivery',
    breaks: ['agreement'],
    size: [3, 1],
    rules: same(allCorrect),
    space: { unsafe: true },
  },
  { name: 'n = 3f', breaks: ['totality'], size: [3, 1], rules: {}, space: { unsafe: true } },
  {
    name: 'f + 1 liars',
    breaks: ['agreement', 'totality', 'validity'],
    size: [4, 1],
    rules: {},
    space: { unsafe: true, faults: conspirators },
  },
];

/** One threshold for echoes and deliveries. */
function same(quorum: (group: Group) => number, amplification = oneCorrect): Partial<Rules> {
  return { echoQuorum: quorum, delivery: quorum, amplification };
}

function half({ n, f }: Group): number {
  return Math.floor((n + f) / 2);
}

const payload = (_node: number, _index: number, random: Random): Uint8Array =>
  new Uint8Array(random.below(2) === 0 ? 8 : 40).fill(random.below(256));

/** The run of a seed, watched for one property; what it violated. */
export function violationsOf(bad: KnownBad, property: string, seed: number): readonly Violation[] {
  const watched: CheckerFactory<Uint8Array, Message, Delivery> = (run) => only(new BroadcastObserver(run), property);
  const random = seededRandom(seed);
  const subject: Subject<Uint8Array, Message, Delivery> = {
    name: 'known-bad',
    honest: (options) =>
      bad.stories !== undefined && options.self === 0
        ? new TwoStories(options, bad.stories(random), random)
        : new Textbook({ ...options, rules: { ...correct, ...bad.rules } }),
    input: payload,
    checkers: [watched],
  };
  const [nodes, faulty] = bad.size ?? [];
  const size = nodes === undefined || faulty === undefined ? {} : { nodes: [nodes, nodes] as const, faulty };
  const liars = bad.stories === undefined ? {} : { faults: [faultyBy(0)], count: 1, senders: [0 as NodeId] };
  const space = {
    subject: 'known-bad',
    nodes: [4, 10] as const,
    behaviours: [...behaviours.keys()],
    ...size,
    ...liars,
    ...bad.space,
  };
  return runPlan(subject, drawPlan(space, seed)).violations;
}

/** How many seeds it takes to see the property broken; undefined beyond `most`. */
export function seedsUntil(bad: KnownBad, property: string, most: number): number | undefined {
  for (let seed = 0; seed < most; seed++) {
    if (violationsOf(bad, property, seed).length > 0) return seed + 1;
  }
  return undefined;
}

/** The observer, seeing one property alone: a run goes on after what breaks others. */
function only(
  observer: BroadcastObserver,
  property: string,
): ReturnType<CheckerFactory<Uint8Array, Message, Delivery>> {
  const name = properties[property];
  const kept = (violation: Violation | undefined): Violation | undefined =>
    violation?.property === name ? violation : undefined;
  return {
    sent: (node, to, message) => kept(observer.sent(node, to, message)),
    output: (node, delivery) => kept(observer.output(node, delivery)),
    end: () => [...observer.end()].filter((violation) => violation.property === name),
  };
}

function table(protocols: readonly KnownBad[]): void {
  console.log('| protocol | n, f | against | breaks | seeds |\n| --- | --- | --- | --- | --- |');
  for (const bad of protocols) {
    for (const property of bad.breaks) {
      const size = bad.size?.join(', ') ?? '4 … 10, most';
      const seeds = seedsUntil(bad, property, 20_000) ?? 'more than 20,000';
      console.log(`| ${bad.name} | ${size} | ${adversaryOf(bad)} | ${properties[property]} | ${seeds} |`);
    }
  }
}

function adversaryOf({ stories, space }: KnownBad): string {
  if (stories !== undefined) return 'two stories';
  if (space?.faults !== undefined) return `${space.faults.length} conspirators`;
  return space?.network === undefined ? 'drawn' : 'drawn, one slow node';
}

if (process.argv[1] === import.meta.filename) {
  table(knownBad);
  table(wrongThresholds);
}
