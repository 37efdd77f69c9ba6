import { codec, createGroup, nodeId, nodeIds, Refusal, sha256, type Effect, type NodeId } from '@quorate/transport';
import { describe, expect, it } from 'vitest';
import {
  behaviours,
  coordinated,
  crash,
  delay,
  doubleVote,
  equivocate,
  flood,
  forge,
  forgeSender,
  random,
  replay,
  restart,
  seededRandom,
  silent,
  type AdversaryContext,
  type AdversaryTimer,
  type Behaviour,
  type When,
} from '../src/index.js';
import { Net } from './net.js';
import { BallotToy, BeaconToy, EchoToy, maxSequence, type EchoMessage } from './toys.js';

const group = createGroup({ nodes: 6, faulty: 1 });
const liar = nodeId(group, 2);
const others = nodeIds(group).filter((node) => node !== liar);
const short = Uint8Array.of(1, 2, 3);
const long = Uint8Array.from({ length: 64 }, (_, i) => i);

const contextOf = (seed: number, when?: When): AdversaryContext => {
  const known = { group, self: liar, random: seededRandom(seed) };
  return when === undefined ? known : { ...known, when };
};

type Sent = { readonly to: NodeId | 'all'; readonly message: EchoMessage };

const sendsIn = (step: readonly Effect<EchoMessage, string, AdversaryTimer>[]): Sent[] =>
  step.flatMap((effect) => (effect.kind === 'send' ? [{ to: effect.to, message: effect.message }] : []));

const textOf = ({ to, message }: Sent): string => `${to} ${JSON.stringify(message)}`;

const echoOf = (payload: Uint8Array): EchoMessage => ({ kind: 'echo', sender: liar, sequence: 0, payload });

/** A group of toys in which one lies, each node with these inputs, until it is quiet. */
function play(
  behaviour: Behaviour,
  seed: number,
  inputs: readonly Uint8Array[],
  when?: When,
): Net<EchoMessage, string> {
  const nodes = nodeIds(group).map((node) => {
    const honest = new EchoToy(group, node);
    return node === liar
      ? behaviour.wrap(() => new EchoToy(group, node), { ...contextOf(seed, when), junk: 1000 })
      : honest;
  });
  const net = new Net(group, nodes);
  for (const input of inputs) for (const node of nodeIds(group)) net.input(node, input);
  net.run(1_000_000);
  return net;
}

/** Everything that the liar sends where it hears it itself. */
const toSelf = (one: Behaviour | undefined): EchoMessage[] => {
  const honest = new EchoToy(group, liar);
  const node = one?.wrap(() => honest, contextOf(3, { kind: 'events', after: 0 })) ?? honest;
  const steps = [node.input(long), node.receive(liar, echoOf(long)), node.receive(liar, echoOf(short))];
  return sendsIn(steps.flat()).flatMap(({ to, message }) => (to === 'all' || to === liar ? [message] : []));
};

/** What each node is shown, in hexadecimal digits. */
const faces = (sent: readonly Sent[]): Map<number, string> =>
  new Map(
    sent.flatMap(({ to, message }) => {
      const content = message.kind === 'vote' ? message.value : message.payload;
      return to === 'all' ? [] : [[to, Buffer.from(content).toString('hex')] as const];
    }),
  );

const distinct = (all: readonly Uint8Array[]): Set<string> =>
  new Set(all.map((one) => Buffer.from(one).toString('hex')));

/** They do not lie at every event. */
const patient: ReadonlySet<Behaviour> = new Set([doubleVote, forge, replay, random]);

const namesFor = (shape: Parameters<NonNullable<Behaviour['appliesTo']>>[0]): string[] =>
  [...behaviours.values()].filter(({ appliesTo }) => appliesTo?.(shape) !== false).map(({ name }) => name);

describe.each([...behaviours.values()])('$name', (behaviour) => {
  it('says only what the schema allows', () => {
    const wire = codec(new EchoToy(group, liar).schema);
    const net = play(behaviour, 7, [short, long, new Uint8Array()]);
    const lies = net.sent.filter(({ from }) => from === liar);
    expect(lies.every(({ message }) => !(wire.decode(wire.encode(message)) instanceof Refusal))).toBe(true);
  });

  it('is repeated by its seed, and ends', () => {
    const first = play(behaviour, 11, [short, long]);
    const second = play(behaviour, 11, [short, long]);
    expect(first.sent.map(textOf).join()).toBe(second.sent.map(textOf).join());
    expect(first.now).toBe(second.now);
  });

  it('leaves its own protocol what it said to itself', () => {
    const honest = toSelf(undefined);
    expect(honest).toHaveLength(3);
    if (behaviour !== crash && behaviour !== restart) expect(toSelf(behaviour)).toEqual(honest);
  });

  it('is honest until its time has come', () => {
    const honest = new EchoToy(group, liar);
    const node = behaviour.wrap(() => new EchoToy(group, liar), contextOf(5, { kind: 'events', after: 3 }));
    for (const value of [short, long, short]) expect(node.input(value)).toEqual(honest.input(value));
    const [begins, honestly] = [node.input(long), honest.input(long)];
    if (!patient.has(behaviour)) expect(begins).not.toEqual(honestly);
  });

  it('is honest for so many ticks', () => {
    const node = behaviour.wrap(() => new EchoToy(group, liar), contextOf(5, { kind: 'ticks', after: 120 }));
    const honest = new EchoToy(group, liar);
    expect(node.input(short)).toEqual([{ kind: 'arm', timer: 'adversary:begin', ticks: 120 }, ...honest.input(short)]);
    expect(node.input(long)).toEqual(honest.input(long));
    expect(node.expire('adversary:begin').every(({ kind }) => kind === 'arm')).toBe(true);
    const [lying, honestly] = [node.receive(liar, echoOf(long)), honest.receive(liar, echoOf(long))];
    if (!patient.has(behaviour) || behaviour === doubleVote) expect(lying).not.toEqual(honestly);
  });

  it('does not take for an event what its protocol refuses', () => {
    const honest = new EchoToy(group, liar);
    const node = behaviour.wrap(() => honest, contextOf(5, { kind: 'ticks', after: 120 }));
    expect(() => node.input(new Uint8Array(101))).toThrow(RangeError);
    expect(node.input(short)[0]).toEqual({ kind: 'arm', timer: 'adversary:begin', ticks: 120 });
  });

  it.each([-1, 0.5, Number.NaN, Infinity])('refuses to begin after %d events (Q5002)', (after) => {
    const wrap = (): unknown => behaviour.wrap(() => new EchoToy(group, liar), contextOf(1, { kind: 'events', after }));
    expect(wrap).toThrow(expect.objectContaining({ code: 'Q5002' }));
  });

  it('answers a reopened link, whether its protocol does or not', () => {
    const node = behaviour.wrap(() => new EchoToy(group, liar), contextOf(1, { kind: 'events', after: 0 }));
    expect(sendsIn(node.reopened?.(nodeId(group, 0), 0) ?? []).every(({ to }) => to !== liar)).toBe(true);
  });
});

describe('silent', () => {
  it('hears, and says nothing to others', () => {
    const net = play(silent, 1, [short]);
    expect(net.sent.filter(({ from, to }) => from === liar && to !== liar)).toEqual([]);
    expect(net.outputs[liar]).toHaveLength(5);
  });

  it('takes inputs that its protocol has no room for', () => {
    const honest = new EchoToy(group, liar);
    const node = silent.wrap(() => honest, contextOf(1));
    honest.ready = false;
    expect([node.ready, node.input(short)]).toEqual([true, []]);
  });
});

describe('crash', () => {
  it('stops in the middle of a step, and is silent for ever', () => {
    const receivers = new Set<number>();
    for (let seed = 0; seed < 200; seed++) {
      const node = crash.wrap(() => new EchoToy(group, liar), contextOf(seed, { kind: 'events', after: 1 }));
      expect(sendsIn(node.input(short))).toHaveLength(1);
      receivers.add(sendsIn(node.input(long)).length);
      expect([node.ready, node.input(short), node.receive(liar, echoOf(short))]).toEqual([true, [], []]);
    }
    expect([...receivers].toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6]);
  });

  it('stops at a time', () => {
    const node = crash.wrap(() => new EchoToy(group, liar), contextOf(1, { kind: 'ticks', after: 5 }));
    node.input(short);
    node.expire('adversary:begin');
    expect(node.input(long)).toEqual([]);
  });

  it('stops within 100 events when nobody says when', () => {
    for (let seed = 0; seed < 50; seed++) {
      const node = crash.wrap(() => new EchoToy(group, liar), contextOf(seed));
      const heard = Array.from({ length: 101 }, () => node.input(short).length);
      expect(heard.at(-1)).toBe(0);
    }
  });
});

describe('equivocate', () => {
  it('RBC-05 shows each half its own face: input, echo and vote follow the half', () => {
    const node = equivocate.wrap(() => new EchoToy(group, liar), contextOf(1));
    const input = faces(sendsIn(node.input(long)));
    const echo = faces(sendsIn(node.receive(liar, { kind: 'input', sender: liar, sequence: 0, payload: long })));
    const vote = faces(sendsIn(node.receive(liar, echoOf(long))));
    expect(new Set(input.values()).size).toBe(2);
    expect(echo).toEqual(input);
    const digests = new Map(
      [...input].map(([to, hex]) => [to, Buffer.from(sha256(Buffer.from(hex, 'hex'))).toString('hex')]),
    );
    expect(vote).toEqual(digests);
    const believers = [...input.values()].filter((hex) => hex === Buffer.from(long).toString('hex'));
    expect(believers).toHaveLength(3);
  });

  it('changes what it says, never whom or which instance it is about', () => {
    const node = equivocate.wrap(() => new EchoToy(group, liar), contextOf(4));
    for (const payload of [short, long]) {
      for (const { message } of sendsIn(node.input(payload))) {
        const { sender, sequence, kind } = message;
        expect({ kind, sender, length: kind === 'input' && message.payload.length }).toEqual({
          kind: 'input',
          sender: liar,
          length: payload.length,
        });
        expect(sequence).toBe(payload === short ? 0 : 1);
      }
    }
  });

  it('keeps its halves and its face, and draws others from another seed', () => {
    const halves = new Set<string>();
    for (let seed = 0; seed < 50; seed++) {
      const node = equivocate.wrap(() => new EchoToy(group, liar), contextOf(seed));
      const first = faces(sendsIn(node.input(short)));
      expect(faces(sendsIn(node.input(short)))).toEqual(first);
      halves.add(others.filter((to) => first.get(to) === Buffer.from(short).toString('hex')).join());
    }
    expect(halves.size).toBeGreaterThan(5);
  });

  it('gives an empty payload a second face', () => {
    const node = equivocate.wrap(() => new EchoToy(group, liar), contextOf(1));
    expect(new Set(faces(sendsIn(node.input(new Uint8Array()))).values()).size).toBe(2);
  });

  it('lies about answers where there is no payload', () => {
    const node = equivocate.wrap(() => new BallotToy(), contextOf(1));
    const answers = others.map((from) => {
      const [effect] = node.receive(from, { kind: 'ask', round: 1 });
      return effect?.kind === 'send' && effect.message.kind === 'answer' ? effect.message : undefined;
    });
    expect(new Set(answers.map((answer) => answer?.yes)).size).toBe(2);
    expect(new Set(answers.map((answer) => answer?.round))).toEqual(new Set([1]));
  });

  it('goes on when more payloads passed than it remembers digests of', () => {
    const node = equivocate.wrap(() => new EchoToy(group, liar), contextOf(1));
    for (let i = 0; i < 5000; i++) node.input(Uint8Array.from({ length: 40 }, (_, at) => (i >> (at % 16)) & 255));
    const digestOf = (payload: Uint8Array): Set<string> => {
      node.input(payload);
      return new Set(faces(sendsIn(node.receive(liar, echoOf(payload)))).values());
    };
    expect(digestOf(long).size).toBe(2);
  });

  it('is two-faced about others too', () => {
    const net = play(equivocate, 1, [short]);
    const lies = net.sent.filter(
      ({ from, message }) => from === liar && message.kind === 'echo' && message.sender !== liar,
    );
    const honest = Buffer.from(short).toString('hex');
    const told = new Set(
      lies.map(({ message }) => message.kind === 'echo' && Buffer.from(message.payload).toString('hex')),
    );
    expect(told.has(honest)).toBe(true);
    expect(told.size).toBe(2);
  });
});

describe('double-vote', () => {
  it('says once what it originates, and twice what it answers', () => {
    const node = doubleVote.wrap(() => new EchoToy(group, liar), contextOf(1));
    expect(sendsIn(node.input(long))).toHaveLength(6);
    const twice = sendsIn(node.receive(liar, echoOf(long)));
    expect(twice).toHaveLength(11);
    for (const to of others) {
      const told = twice.filter((sent) => sent.to === to).map(({ message }) => message);
      expect(told).toHaveLength(2);
      expect(told[0]).not.toEqual(told[1]);
      expect(told.map(({ kind, sender, sequence }) => [kind, sender, sequence])).toEqual([
        ['vote', liar, 0],
        ['vote', liar, 0],
      ]);
    }
  });

  it('votes for the digest of a payload that could have been sent', () => {
    const node = doubleVote.wrap(() => new EchoToy(group, liar), contextOf(1));
    const echoes = sendsIn(node.receive(liar, { kind: 'input', sender: liar, sequence: 0, payload: long }));
    const votes = sendsIn(node.receive(liar, echoOf(long)));
    const payloads = echoes.flatMap(({ message }) => (message.kind === 'echo' ? [message.payload] : []));
    const values = votes.flatMap(({ message }) => (message.kind === 'vote' ? [message.value] : []));
    expect(distinct(values)).toEqual(distinct(payloads.map((payload) => sha256(payload))));
    expect(distinct(values).size).toBe(2);
  });
});

describe('forge-sender', () => {
  it('names others beside each honest message, and sometimes what they never started', () => {
    const node = forgeSender.wrap(() => new EchoToy(group, liar), contextOf(1));
    const forged = Array.from({ length: 100 }, () => sendsIn(node.input(short)))
      .flatMap((sent) => sent.filter(({ message }) => message.sender !== liar))
      .map(({ message }) => message);
    expect(forged).toHaveLength(100 * 5);
    expect(new Set(forged.map(({ sender }) => sender))).toEqual(new Set(others));
    expect(forged.some(({ sequence }) => sequence > 100)).toBe(true);
  });

  it('stays within the schema at the last number', () => {
    const node = forgeSender.wrap(() => new EchoToy(group, liar), contextOf(1));
    const last: EchoMessage = { kind: 'input', sender: liar, sequence: maxSequence, payload: short };
    const numbers = Array.from({ length: 50 }, () =>
      sendsIn(node.receive(liar, last)).map(({ message }) => message.sequence),
    );
    expect(new Set(numbers.flat())).toEqual(new Set([maxSequence]));
  });

  it('has nobody to name in a group of two', () => {
    const pair = createGroup({ nodes: 2 });
    const self = nodeId(pair, 0);
    const node = forgeSender.wrap(() => new EchoToy(pair, self), { group: pair, self, random: seededRandom(1) });
    expect(sendsIn(node.input(short)).map(({ message }) => message.sender)).toEqual([0, 0, 1]);
    const about: EchoMessage = { kind: 'input', sender: nodeId(pair, 1), sequence: 0, payload: short };
    expect(sendsIn(node.receive(self, about)).map(({ message }) => message.sender)).toEqual([1, 1]);
  });
});

describe('delay', () => {
  it('says everything, in order, and at least 20 ticks later', () => {
    const node = delay.wrap(() => new EchoToy(group, liar), contextOf(1));
    const first = node.input(short);
    expect(first.map((effect) => effect.kind)).toEqual(['send', 'arm']);
    expect(node.input(long).map((effect) => effect.kind)).toEqual(['send']);
    const [armed] = node.expire('adversary:release');
    expect(armed?.kind === 'arm' && armed.ticks).toBeGreaterThanOrEqual(20);
    const released = sendsIn(node.expire('adversary:release'));
    expect(released.map(({ to, message }) => [to, message.sequence])).toEqual([
      ...others.map((to) => [to, 0]),
      ...others.map((to) => [to, 1]),
    ]);
    expect(node.expire('adversary:release')).toEqual([]);
  });

  it('holds a bounded number of messages, and loses none', () => {
    const node = delay.wrap(() => new EchoToy(group, liar), contextOf(1));
    const steps = Array.from({ length: 2000 }, () => node.input(short));
    const left = steps.flatMap((step) => sendsIn(step)).filter(({ to }) => to !== liar).length;
    expect(2000 * 5 - left).toBeLessThanOrEqual(4096);
    const rest = [node.expire('adversary:release'), node.expire('adversary:release')].flatMap((step) => sendsIn(step));
    expect(left + rest.length).toBe(2000 * 5);
  });

  it('is as good as honest in the end', () => {
    const net = play(delay, 1, [short, long]);
    expect(net.outputs.map((outputs) => outputs.length)).toEqual([12, 12, 12, 12, 12, 12]);
    expect(net.now).toBeGreaterThanOrEqual(20);
  });
});

describe('flood', () => {
  it('repeats itself, runs far ahead, and makes things up', () => {
    const node = flood.wrap(() => new EchoToy(group, liar), contextOf(1));
    const junk = Array.from({ length: 200 }, () =>
      sendsIn(node.input(short))
        .slice(6)
        .map(({ message }) => message),
    ).flat();
    expect(junk).toHaveLength(200 * 4 * 5);
    expect(junk.some(({ sender, sequence }) => sender === liar && sequence > 1000)).toBe(true);
    expect(junk.some(({ kind }) => kind === 'vote')).toBe(true);
    expect(junk.some(({ sender }) => sender !== liar)).toBe(true);
  });

  it('ends: the junk of a life is bounded, although each answer to it is an event', () => {
    const net = play(flood, 1, [short]);
    const lies = net.sent.filter(({ from, to }) => from === liar && to !== liar);
    expect(lies.length).toBeGreaterThan(1000 * 5);
    const node = flood.wrap(() => new EchoToy(group, liar), contextOf(1));
    for (let i = 0; i < 5000; i++) node.input(short);
    expect(sendsIn(node.input(short))).toHaveLength(6);
  });
});

describe('appliesTo', () => {
  it('reads from the schema what there is to lie about', () => {
    expect(namesFor(new EchoToy(group, liar).schema.shape)).toEqual([...behaviours.keys()]);
    const always = [
      'silent',
      'crash',
      'restart',
      'delay',
      'slow',
      'mute',
      'twins',
      'forge',
      'random',
      'replay',
      'flood',
    ];
    const namesFew = (shape: Parameters<typeof namesFor>[0]): Set<string> => new Set(namesFor(shape));
    expect(namesFew(new BallotToy().schema.shape)).toEqual(
      new Set([...always, 'equivocate', 'double-vote', 'coordinated']),
    );
    expect(namesFew(new BeaconToy().schema.shape)).toEqual(new Set(always));
  });

  it.each([equivocate, doubleVote, forgeSender, coordinated])(
    '$name refuses a protocol that it does not apply to (Q5001)',
    (behaviour) => {
      expect(() => behaviour.wrap(() => new BeaconToy(), contextOf(1))).toThrow(
        expect.objectContaining({ code: 'Q5001' }),
      );
    },
  );
});
