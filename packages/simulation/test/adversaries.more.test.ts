/** What the behaviours that listen, wait, come back, or conspire do to toys. */
import {
  bytes,
  codec,
  createGroup,
  integer,
  list,
  nodeId,
  nodeIds,
  nodeIdSchema,
  record,
  Refusal,
  union,
  type Effect,
  type NodeId,
  type Schema,
} from '@quorate/transport';
import { describe, expect, it } from 'vitest';
import { Face } from '../src/adversaries/face.js';
import { otherValue } from '../src/adversaries/other-value.js';
import { Memory } from '../src/adversaries/memory.js';
import { anotherInput } from '../src/adversaries/another-input.js';
import {
  coordinated,
  equivocate,
  forge,
  mute,
  random,
  replay,
  restart,
  seededRandom,
  slow,
  twins,
  type AdversaryContext,
  type AdversaryTimer,
  type Behaviour,
} from '../src/index.js';
import { EchoToy, type EchoMessage } from './toys.js';

const group = createGroup({ nodes: 7 });
const liar = nodeId(group, 2);
const others = nodeIds(group).filter((node) => node !== liar);
const one = Uint8Array.of(1, 2, 3);
const contextOf = (seed: number, more: Partial<AdversaryContext> = {}): AdversaryContext => ({
  group,
  self: liar,
  random: seededRandom(seed),
  ...more,
});
const wrapped = (
  behaviour: Behaviour,
  context: AdversaryContext,
): ReturnType<typeof behaviour.wrap<Uint8Array, EchoMessage, string>> =>
  behaviour.wrap<Uint8Array, EchoMessage, string>(() => new EchoToy(group, context.self), context);

type Sent = { readonly to: NodeId | 'all'; readonly message: EchoMessage };
const sendsIn = (step: readonly Effect<EchoMessage, string, AdversaryTimer>[]): Sent[] =>
  step.flatMap((effect) => (effect.kind === 'send' ? [{ to: effect.to, message: effect.message }] : []));
const seeds = Array.from({ length: 40 }, (_, seed) => seed);
const news = (from: NodeId, payload: Uint8Array): EchoMessage => ({
  kind: 'input',
  sender: from,
  sequence: 0,
  payload,
});

describe('mute', () => {
  it('shuns the same nodes for life, some and never all', () => {
    for (const seed of seeds) {
      const node = wrapped(mute, contextOf(seed));
      const hearing = new Set(sendsIn(node.input(one)).map(({ to }) => to));
      expect(hearing.size).toBeGreaterThan(1);
      expect(hearing.size).toBeLessThan(7);
      expect(new Set(sendsIn(node.input(one)).map(({ to }) => to))).toEqual(hearing);
    }
  });
});

describe('replay', () => {
  it('says again what it said and what it heard, the latter from a copy', () => {
    const heard = Uint8Array.of(9, 9);
    const said: Uint8Array[] = [];
    const node = wrapped(replay, contextOf(1));
    for (let i = 0; i < 60; i++) {
      const view = Uint8Array.from(heard);
      const step = sendsIn(node.receive(nodeId(group, 0), { kind: 'echo', sender: liar, sequence: i, payload: view }));
      view.fill(0);
      for (const { message } of step) if (message.kind === 'echo') said.push(message.payload);
    }
    expect(said.length).toBeGreaterThan(10);
    expect(said.every((payload) => payload.join() === heard.join())).toBe(true);
  });

  it('repeats so often and no more', () => {
    const node = wrapped(replay, contextOf(1, { junk: 5 }));
    const sent = Array.from({ length: 100 }, () => sendsIn(node.input(one)).length).reduce((a, b) => a + b);
    expect(sent).toBe(100 * 7 + 5);
  });
});

describe('forge', () => {
  it('changes one field, for all, for some, or beside the truth', () => {
    const node = wrapped(forge, contextOf(1));
    const counts = new Set<number>();
    for (let i = 0; i < 60; i++) {
      const sent = sendsIn(node.input(one)).filter(({ to }) => to !== liar);
      const lies = sent.filter(
        ({ message }) => JSON.stringify(message) !== JSON.stringify({ ...news(liar, one), sequence: i }),
      );
      counts.add(lies.length);
      expect(new Set(lies.map(({ message }) => JSON.stringify(message))).size).toBeLessThanOrEqual(1);
    }
    expect([...counts].some((count) => count > 0 && count < 6)).toBe(true);
    expect(counts.has(0) && counts.has(6)).toBe(true);
  });
});

describe('random', () => {
  it('speaks unasked, by a timer of its own, and ends', () => {
    const wire = codec(new EchoToy(group, liar).schema);
    const node = wrapped(random, contextOf(1, { junk: 60 }));
    node.input(one);
    const kinds = new Set<string>();
    let times = 0;
    for (let armed = true; armed; times++) {
      const step = node.expire('adversary:release');
      for (const { message } of sendsIn(step)) {
        kinds.add(message.kind);
        expect(wire.decode(wire.encode(message))).not.toBeInstanceOf(Refusal);
      }
      armed = step.some(({ kind }) => kind === 'arm');
    }
    expect(times).toBe(20);
    expect(kinds).toEqual(new Set(['input', 'echo', 'vote']));
  });

  it('makes up messages that are near to what goes on', () => {
    const { schema } = new EchoToy(group, liar);
    const memory = new Memory(schema, seededRandom(3));
    memory.said({ kind: 'echo', sender: liar, sequence: 7, payload: one });
    const made = Array.from({ length: 200 }, () => memory.made());
    expect(made.filter(({ sequence }) => sequence === 7).length).toBeGreaterThan(50);
    expect(made.some((message) => message.kind !== 'vote' && message.payload === one)).toBe(true);
  });
});

describe('slow', () => {
  it('says everything, in order, each message the same time late', () => {
    const node = wrapped(slow, contextOf(1));
    const steps = [node.input(one), node.input(one)];
    const ticks = steps.flat().flatMap((effect) => (effect.kind === 'arm' ? [effect.ticks] : []));
    expect(new Set(ticks).size).toBe(1);
    expect(ticks[0]).toBeGreaterThanOrEqual(300);
    const timers = steps.flat().flatMap((effect) => (effect.kind === 'arm' ? [effect.timer] : []));
    const late = timers.flatMap((timer) => sendsIn(node.expire(timer)));
    expect(late.map(({ to, message }) => [to, message.sequence])).toEqual([
      ...others.map((to) => [to, 0]),
      ...others.map((to) => [to, 1]),
    ]);
    expect(node.expire(timers[0] ?? 'adversary:release')).toEqual([]);
  });

  it('keeps a bounded number of messages back', () => {
    const node = wrapped(slow, contextOf(1));
    const left = Array.from({ length: 2000 }, () => sendsIn(node.input(one)).length - 1).reduce((a, b) => a + b);
    expect(2000 * 6 - left).toBeLessThanOrEqual(4096);
  });
});

describe('restart', () => {
  it('comes back as a node that never said anything', () => {
    const node = wrapped(restart, contextOf(1, { when: { kind: 'events', after: 2 } }));
    node.input(one);
    node.input(one);
    node.input(one);
    expect([node.ready, node.input(one)]).toEqual([true, []]);
    node.expire('adversary:return');
    expect(sendsIn(node.input(one)).map(({ message }) => message.sequence)).toEqual([0]);
  });
});

describe('twins', () => {
  it('each speak to one half, with equal or with other inputs', () => {
    const variants = new Set<number>();
    for (const seed of seeds) {
      const sent = sendsIn(wrapped(twins, contextOf(seed)).input(one)).filter(
        ({ message }) => message.kind === 'input',
      );
      expect(new Set(sent.map(({ to }) => to))).toEqual(new Set(nodeIds(group)));
      expect(sent).toHaveLength(7);
      const told = new Set(sent.map(({ message }) => message.kind !== 'vote' && message.payload.join()));
      variants.add(told.size);
    }
    expect(variants).toEqual(new Set([1, 2]));
  });

  it('both keep to the protocol: each votes once for what it echoed', () => {
    for (const seed of seeds) {
      const node = wrapped(twins, contextOf(seed));
      const votes = sendsIn(node.input(one)).filter(({ message }) => message.kind === 'vote');
      // The second copy is its own host: its echo and its vote leave with its input.
      expect(new Set(votes.map(({ to }) => to)).size).toBe(votes.length);
      expect(votes.every(({ to }) => to !== liar)).toBe(true);
    }
  });

  it('gives the second one another value where it can', () => {
    expect([anotherInput(1), anotherInput(0.5), anotherInput(3n), anotherInput(true), anotherInput('a')]).toEqual([
      2,
      -0.5,
      4n,
      false,
      'a′',
    ]);
    expect(anotherInput(new Uint8Array())).toEqual(Uint8Array.of(1));
    expect(anotherInput({ kind: 'x', round: 1, list: [Uint8Array.of(4)] })).toEqual({
      kind: 'x',
      round: 2,
      list: [Uint8Array.of(4)],
    });
    expect(anotherInput([[], [7]])).toEqual([[], [8]]);
    expect(anotherInput(undefined)).toBe(undefined);
  });
});

describe('coordinated', () => {
  it('draws the same halves and faces on every node, and confirms what the others say', () => {
    for (const seed of seeds) {
      const shown = new Map<string, Set<string>>();
      for (const self of [nodeId(group, 2), nodeId(group, 5)]) {
        const node = wrapped(coordinated, contextOf(7 * seed + self, { self, shared: seededRandom(seed) }));
        for (const { to, message } of sendsIn(node.receive(self, news(nodeId(group, 0), one)))) {
          if (message.kind !== 'echo' || to === 'all' || to === 2 || to === 5) continue;
          shown.set(`${to}`, (shown.get(`${to}`) ?? new Set<string>()).add(message.payload.join()));
        }
      }
      // Both tell a node the same, whichever half either of them is in, when they have two faces of one payload.
      const said = [...shown.values()].flatMap((set) => [...set]);
      if (new Set(said).size === 2 && said.length === shown.size)
        expect([...shown.values()].every(({ size }) => size === 1)).toBe(true);
    }
  });

  it('a face of a face is the first again, so two liars that hear different faces show the same', () => {
    const { schema } = new EchoToy(group, liar);
    for (const seed of seeds) {
      const face = new Face(schema, seededRandom(seed));
      const other = new Face(schema, seededRandom(seed));
      const lie = face.of(news(liar, one));
      expect(lie).not.toEqual(news(liar, one));
      expect(other.of(lie)).toEqual(news(liar, one));
    }
  });

  it('repeats to each half what that half says, each word once', () => {
    const seed = seeds.find((one_) => {
      const brain = seededRandom(one_);
      return brain.below(5) > 2;
    });
    const node = wrapped(coordinated, contextOf(1, { shared: seededRandom(seed ?? 0) }));
    const word: EchoMessage = { kind: 'vote', sender: nodeId(group, 0), sequence: 0, value: one };
    const first = sendsIn(node.receive(nodeId(group, 0), word));
    expect(first.length).toBeGreaterThan(0);
    expect(first.every(({ message }) => JSON.stringify(message) === JSON.stringify(word))).toBe(true);
    expect(sendsIn(node.receive(nodeId(group, 0), word))).toEqual([]);
  });
});

describe('lies about nodes and numbers', () => {
  interface Report {
    readonly round: number;
    readonly names: readonly NodeId[];
  }
  const reports: Schema<Report> = record<Report>({
    round: integer({ max: 100, meaning: 'round' }),
    names: list(nodeIdSchema(group), { max: 7 }),
  });

  it('a second face names another node in the place of one', () => {
    for (const seed of seeds) {
      const face = new Face(reports, seededRandom(seed));
      const names = [0, 2, 3].map((node) => nodeId(group, node));
      const { round, names: told } = face.of({ round: 4, names });
      expect([round, told.length]).toEqual([4, 3]);
      expect(told).toEqual(told.toSorted((a, b) => a - b));
      expect(told.filter((node) => !names.includes(node))).toHaveLength(1);
    }
    const all = nodeIds(group);
    expect(new Face(reports, seededRandom(1)).of({ round: 4, names: all }).names).toHaveLength(6);
    expect(new Face(reports, seededRandom(1)).of({ round: 4, names: [] }).names).toHaveLength(1);
  });

  it('a set of nodes in bits stays a set of the group', () => {
    const leaf = bytes({ min: 1, max: 1, meaning: 'nodes' }).shape;
    if (leaf.kind !== 'bytes') throw new Error('no bytes');
    for (let salt = 0; salt < 50; salt++) {
      const other = otherValue(leaf, Uint8Array.of(0b0100_1011), salt);
      expect(other instanceof Uint8Array && other[0] !== 0b0100_1011 && (other[0] ?? 255) < 0b1000_0000).toBe(true);
    }
    expect(otherValue(leaf, Uint8Array.of(0b111), 3)).not.toEqual(Uint8Array.of(0b111));
    expect(otherValue(leaf, Uint8Array.of(0), 3)).not.toEqual(Uint8Array.of(0));
  });

  it('numbers and words go in pairs', () => {
    const leaf = integer({ min: 1, max: 3 }).shape;
    if (leaf.kind !== 'integer') throw new Error('no integer');
    expect([1, 2, 3].map((value) => otherValue(leaf, value, 5))).toEqual([2, 1, 2]);
  });

  it('a payload that is a frame of the layer above is opened, and the lie told inside', () => {
    type Above = { readonly kind: 'report'; readonly names: readonly NodeId[] };
    const above = union<Above>({ report: { names: list(nodeIdSchema(group), { max: 7 }) } });
    type Below = { readonly kind: 'input'; readonly payload: Uint8Array };
    const below = union<Below>({ input: { payload: bytes({ max: 60, of: above }) } });
    const frame = codec(above).encode({ kind: 'report', names: [nodeId(group, 1)] });
    const told = seeds.map((seed) => {
      const inner = codec(above).decode(
        new Face(below, seededRandom(seed)).of({ kind: 'input', payload: frame }).payload,
      );
      return inner instanceof Refusal ? 'spoiled' : inner.names.join();
    });
    expect(told).not.toContain('1');
    expect(told.filter((names) => names !== 'spoiled').length).toBeGreaterThan(30);
    const equivocates = equivocate.appliesTo?.(below.shape);
    expect(equivocates).toBe(true);
  });
});
