/** What whoever writes an attack from outside relies on. */
import { describe, expect, it } from 'vitest';
import { createGroup, nodeId, nodeIds, type NodeId, type Protocol, type Schema, type Step } from '@quorate/transport';
import { Simulation, type InFlight, type SimulationOptions } from '@quorate/simulation';
import { BallotToy } from './toys.js';
import { PromiseToy } from './durable-toys.js';

type Said = { readonly kind: 'promise'; readonly value: number };
type Run = Simulation<number, Said, number, never, { readonly value: number }>;
type Options = SimulationOptions<number, Said, number, never, { readonly value: number }>;

const group = createGroup({ nodes: 4 });
const node = (index: number): NodeId => nodeId(group, index);
const start = (options: Partial<Options> = {}): Run =>
  new Simulation({ group, seed: 1, protocol: () => new PromiseToy(true), ...options });
const heardBy = (run: Run, id: NodeId): readonly string[] => {
  const protocol = run.protocol(id);
  return protocol instanceof PromiseToy ? protocol.heard : [];
};
const others = ({ from, to }: InFlight<Said>): boolean => from !== 3 && to === 3;

const digests = (seed: number): readonly string[] => {
  const run = start({ seed, keepSaid: true });
  run.input(node(seed % 2), 7);
  run.run();
  expect(run.said(node(0))).toEqual([
    { kind: 'send', to: 'all', message: { kind: 'promise', value: 7 } },
    { kind: 'output', value: 7 },
  ]);
  return nodeIds(group).map((id) => run.digest(id));
};

const lines = (options: Partial<Options>): readonly (readonly string[])[] => {
  const run = start(options);
  for (const id of nodeIds(group)) run.input(id, id);
  run.run();
  return nodeIds(group).map((id) => heardBy(run, id));
};

describe('held messages', () => {
  it('are handed over one by one, in any order, and the hold goes on', () => {
    const run = start();
    const hold = run.hold(others);
    for (const id of [0, 1, 2]) run.input(node(id), id);
    run.run();
    expect(hold.messages.length).toBe(3);
    const [second] = hold.messages.filter(({ from }) => from === 1);
    hold.deliver(second === undefined ? [] : [second]);
    expect(heardBy(run, node(3))[0]).toBe('1:1');
    hold.deliver(hold.messages.toReversed());
    expect(heardBy(run, node(3)).length).toBe(4);
    expect(hold.messages).toEqual([]);
  });

  it('are duplicated, dropped and released by name; what was let go is not held again', () => {
    const run = start();
    const hold = run.hold(others);
    for (const id of [0, 1, 2]) run.input(node(id), id);
    run.run();
    hold.duplicate(hold.messages.filter(({ from }) => from === 0));
    hold.drop(hold.messages.filter(({ from }) => from === 1));
    hold.release(hold.messages.filter(({ from }) => from === 2));
    run.run();
    const fromOthers = heardBy(run, node(3)).filter((line) => !line.startsWith('3:'));
    expect(fromOthers.toSorted()).toEqual(['0:0', '2:2']);
    expect(hold.messages.map(({ from }) => from)).toEqual([0]);
    // What is not held is not touched.
    hold.deliver([{ from: node(1), to: node(3), message: { kind: 'promise', value: 9 }, sent: 0 }]);
    expect(heardBy(run, node(3)).length).toBe(3);
  });

  it('go with the links of a node that crashes', () => {
    const run = start();
    const hold = run.hold(others);
    for (const id of [0, 1]) run.input(node(id), id);
    run.run();
    run.crash(node(1));
    expect(new Set(hold.messages.map(({ from }) => from))).toEqual(new Set([node(0), node(2)]));
    run.crash(node(3));
    expect(hold.messages).toEqual([]);
    // What was sent to it while it was down does not reach who comes after, held or not.
    run.input(node(2), 5);
    run.restart(node(1));
    run.input(node(1), 6);
    run.run();
    expect(hold.messages.length).toBe(1);
    run.restart(node(3));
    expect(hold.messages).toEqual([]);
  });
});

describe('what can be seen', () => {
  it('everything that left a node, and its digest: equal for equal runs, another for others', () => {
    expect(digests(1)).toEqual(digests(3));
    expect(digests(1)[0]).toMatch(/^[0-9a-f]{64}$/);
    expect(new Set(digests(1)).size).toBe(4);
    expect(() => start().digest(node(0))).toThrow(/does not keep/);
  });

  it('nobody says what no wire carries', () => {
    const run = start({ puppets: [node(3)] });
    const sent: readonly unknown[] = [undefined, 5, { kind: 'lie' }, { kind: 'promise', value: -1.5 }];
    for (const message of sent) {
      expect(() => run.send(node(3), 'all', message as never)).toThrow(
        expect.objectContaining({ code: 'Q2002' }) as Error,
      );
    }
    run.run();
    expect(run.deliveries).toBe(0);
  });

  it('a seed is a 32-bit integer: another one would be taken for one of those', () => {
    for (const seed of [2 ** 32, -(2 ** 31) - 1, 0.5, Number.NaN]) {
      expect(() => start({ seed })).toThrow(expect.objectContaining({ code: 'Q5016' }) as Error);
    }
    for (const seed of [2 ** 32 - 1, -(2 ** 31)]) expect(start({ seed }).seed).toBe(seed);
  });

  it('nobody is sent to who is not there', () => {
    const run = start({ puppets: [node(3)] });
    expect(() => run.send(node(3), 4 as NodeId, { kind: 'promise', value: 1 })).toThrow(/no node 4/);
  });
});

const stoppedAt = (kind: 'input' | 'send' | 'receive' | 'output', again = false): readonly string[] => {
  const told: string[] = [];
  const run = start({
    protocol: () => new Chatty(),
    observer: (event) => {
      if (event.node !== 0) return;
      told.push(event.kind === 'receive' ? `receive ${event.message.value}` : event.kind);
      if (event.kind !== kind || told.filter((one) => one === 'crash').length > 0) return;
      run.crash(node(0));
      if (again) run.restart(node(0));
    },
  });
  run.input(node(0), 1);
  run.run();
  return told;
};

// What others answer to what did leave still reaches it.
const own = (told: readonly string[]): readonly string[] => told.filter((one) => !/receive 9|output/.test(one));

describe('a node that is stopped by whoever looks on', () => {
  it('says nothing more of what it was about to say', () => {
    expect(stoppedAt('input')).toEqual(['input', 'crash']);
    expect(stoppedAt('send')).toEqual(['input', 'send', 'crash']);
    expect(stoppedAt('receive')).toEqual(['input', 'send', 'send', 'receive 1', 'crash']);
    expect(stoppedAt('output')).toEqual(['input', 'send', 'send', 'receive 1', 'output', 'crash']);
  });

  it('does not go on with the old step in its next life', () => {
    expect(own(stoppedAt('send', true))).toEqual(['input', 'send', 'crash', 'restart']);
    expect(own(stoppedAt('receive', true))).toEqual(['input', 'send', 'send', 'receive 1', 'crash', 'restart']);
  });
});

const heardOfLink = (ordered: boolean): readonly string[] => {
  const heard: string[] = [];
  const run = new Simulation({
    group,
    seed: 1,
    puppets: [node(3)],
    protocol: () => new BallotToy(),
    network: { ordered, heldBack: ['ask'] },
    observer: (event) => {
      if (event.kind === 'receive' && event.from === 3) heard.push(`${event.message.kind} ${event.message.round}`);
    },
  });
  const say = (kind: 'ask' | 'answer', round: number): void =>
    run.send(node(3), node(0), kind === 'ask' ? { kind, round } : { kind, round, yes: true });
  say('answer', 1);
  say('ask', 2);
  say('answer', 3);
  run.run();
  say('answer', 4);
  run.run();
  return heard;
};

describe('an adversarial network', () => {
  it('starves each receiver of another sender, whom it hears last, and loses nothing', () => {
    const starve = nodeIds(group).map((receiver) => ({ receiver, senders: [node((receiver + 1) % 4)] }));
    for (let seed = 0; seed < 50; seed++) {
      for (const [receiver, heard] of lines({ seed, network: { starve } }).entries()) {
        expect(heard.length).toBe(4);
        expect(heard.at(-1)).toMatch(new RegExp(`^${(receiver + 1) % 4}:`));
      }
    }
  });

  it('holds one kind of message back until nothing else is under way', () => {
    const kinds: string[] = [];
    const run = new Simulation({
      group,
      seed: 1,
      protocol: () => new BallotToy(),
      network: { heldBack: ['ask'] },
      observer: (event) => {
        if (event.kind === 'receive' && event.node !== event.from) kinds.push(event.message.kind);
      },
    });
    run.input(node(0), 1);
    run.run({ until: 5 });
    run.input(node(1), 2);
    run.run();
    expect(kinds.length).toBe(12);
    const asks = kinds.map((kind, at) => (kind === 'ask' ? at : -1)).filter((at) => at >= 0);
    expect(asks.length).toBe(6);
    expect(run.quiet).toBe(true);
  });

  it.each(['bimodal', 'tail'] as const)('%s delays stay within their bounds and reach both ends', (shape) => {
    const seen: number[] = [];
    for (let seed = 0; seed < 300; seed++) {
      const run = start({
        seed,
        network: { latency: { min: 5, max: 68, shape } },
        observer: (event) => {
          if (event.kind === 'receive' && event.from === 0 && event.node !== 0) seen.push(event.tick);
        },
      });
      run.input(node(0), 1);
      run.run({ until: 68 });
    }
    expect(Math.min(...seen)).toBe(5);
    expect(Math.max(...seen)).toBeGreaterThan(60);
    const early = seen.filter((tick) => tick <= 12).length / seen.length;
    expect(early).toBeGreaterThan(0.8);
  });

  it('keeps the order of each link, and mixes links within a tick', () => {
    const orders = new Set<string>();
    for (let seed = 0; seed < 30; seed++) {
      const run = start({
        seed,
        network: { ordered: true, latency: { min: 3, max: 3 } },
        puppets: [node(3)],
        unsafe: true,
      });
      for (let value = 0; value < 5; value++) {
        for (const from of [3]) run.send(node(from), node(0), { kind: 'promise', value });
      }
      run.input(node(1), 9);
      run.run();
      const heard = heardBy(run, node(0));
      expect(heard.filter((line) => line.startsWith('3:'))).toEqual(['3:0', '3:1', '3:2', '3:3', '3:4']);
      orders.add(heard.join());
    }
    expect(orders.size).toBeGreaterThan(3);
  });

  it('keeps the order of a link though one kind of message waits', () => {
    expect(heardOfLink(true)).toEqual(['answer 1', 'ask 2', 'answer 3', 'answer 4']);
    expect(heardOfLink(false).indexOf('ask 2')).toBe(2);
  });

  it('refuses with Q5010 what is no network', () => {
    for (const network of [
      { latency: { min: 1, max: 2, shape: 'gauss' as never } },
      { starve: [{ receiver: 9 as NodeId, senders: [] }] },
      { starve: [{ receiver: node(0), senders: [4 as NodeId] }] },
      { starve: [node(0), node(0)].map((receiver) => ({ receiver, senders: [] })) },
      { partitions: [{ sides: [[7 as NodeId]], from: 0, to: 1 }] },
      { heldBack: [7 as never] },
    ]) {
      expect(() => start({ network })).toThrow(/a network cannot have/);
    }
  });
});

describe('the second phase', () => {
  it('brings what a partition without end, slowness and hunger held back, and starts who is down with a disk', () => {
    const sides = [[node(0)], [node(1), node(2), node(3)]];
    for (const lossy of [false, true]) {
      const run = start({
        protocol: () => new Repeating(),
        network: { lossy, partitions: [{ sides, from: 0, to: Infinity }], slow: new Map([[node(1), 5000]]) },
      });
      run.input(node(0), 7);
      run.run({ until: 100 });
      run.crash(node(2));
      run.heal();
      run.run();
      expect(run.now).toBeLessThanOrEqual(140);
      expect(nodeIds(group).map((id) => run.outputs(id))).toEqual([[7], [7], [7], [7]]);
    }
  });

  it('lets what the tester holds be held', () => {
    const run = start();
    const hold = run.hold(others);
    run.input(node(0), 7);
    run.run();
    run.heal();
    run.run();
    expect([hold.messages.length, run.outputs(node(3))]).toEqual([3, []]);
    hold.release();
    run.run();
    expect(heardBy(run, node(3))).toContain('0:7');
  });

  it('leaves behind who is not of the core, and counts them', () => {
    const run = start({ faulty: [node(3)] });
    expect(() => run.heal([node(0), node(1)])).toThrow(/more than f = 1/);
    expect(() => run.heal([node(0), node(1), 9 as NodeId])).toThrow(/no node 9/);
    run.heal([node(0), node(1), node(2)]);
    expect(run.correct).toEqual([node(0), node(1), node(2)]);
  });
});

/** Says two things at once, and answers what it hears from itself with one more to itself. */
class Chatty implements Protocol<number, Said, number> {
  readonly schema: Schema<Said> = new PromiseToy(true).schema;
  readonly ready = true;

  input(value: number): Step<Said, number> {
    return [value, value + 1].map((said) => ({ kind: 'send', to: 'all', message: { kind: 'promise', value: said } }));
  }

  receive(from: NodeId, { value }: Said): Step<Said, number> {
    if (value === 9) return [{ kind: 'output', value }];
    return [
      { kind: 'output', value },
      { kind: 'send', to: from, message: { kind: 'promise', value: 9 } },
    ];
  }
}

/** Says again what it promised to whoever may have missed it. */
class Repeating extends PromiseToy {
  reopened(peer: NodeId): ReturnType<PromiseToy['input']> {
    return this.value === undefined
      ? []
      : [{ kind: 'send', to: peer, message: { kind: 'promise', value: this.value } }];
  }
}
