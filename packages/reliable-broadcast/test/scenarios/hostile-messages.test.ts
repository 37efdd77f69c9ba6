import { describe, expect, it } from 'vitest';
import {
  codec,
  createGroup,
  messageSchema,
  noEffects,
  QuorateError,
  Refusal,
  ReliableBroadcast,
} from '@quorate/reliable-broadcast';
import { bytes, echo, id, input, kindsSent, single, start, vote } from '../harness.js';

const v = bytes(1);

describe('messages out of place', () => {
  it('an echo and a vote that come before the input count', () => {
    const node = single(4, 1);
    node.receive(id(2), vote(0, 0, v));
    node.receive(id(3), echo(0, 0, v));
    expect(kindsSent(node.receive(id(0), input(0, 0, v)))).toEqual(['echo']);
    expect(kindsSent(node.receive(id(1), echo(0, 0, v)))).toEqual([]);
    expect(kindsSent(node.receive(id(0), echo(0, 0, v)))).toEqual(['vote']);
  });

  it('an identical second input is no fault and changes nothing', () => {
    const node = single(4, 1);
    node.receive(id(0), input(0, 0, v));
    expect(node.receive(id(0), input(0, 0, v))).toBe(noEffects);
  });

  it('an input from a node that is not the sender is a fault of that node and nothing else', () => {
    const node = single(4, 1);
    expect(node.receive(id(3), input(0, 0, v))).toMatchObject([
      { kind: 'fault', peer: 3, fault: { kind: 'forged-sender', certainty: 'proof' } },
    ]);
    expect(node.usage().openInstances).toEqual([0, 0, 0, 0]);
  });

  it('a message about a broadcast of ours that we never began is a fault', () => {
    const step = single(4, 1).receive(id(3), echo(1, 0, v));
    expect(step).toMatchObject([{ kind: 'fault', peer: 3, fault: { kind: 'fabricated' } }]);
  });

  it('conflicts carry both pieces of evidence', () => {
    const node = single(4, 1);
    const long = new Uint8Array(40);
    node.receive(id(0), input(0, 0, v));
    const [equivocation] = node.receive(id(0), input(0, 0, long));
    expect(equivocation).toMatchObject({ fault: { kind: 'equivocating-input', evidence: [v, { length: 32 }] } });
    node.receive(id(2), echo(0, 0, v));
    expect(node.receive(id(2), echo(0, 0, bytes(2)))[0]).toMatchObject({
      fault: { kind: 'double-echo', evidence: [v, bytes(2)] },
    });
    node.receive(id(2), vote(0, 0, v));
    expect(node.receive(id(2), vote(0, 0, bytes(2)))[0]).toMatchObject({
      fault: { kind: 'double-vote', evidence: [v, bytes(2)] },
    });
  });

  it('a payload and the digest of another payload are never the same value', () => {
    const node = single(4, 1);
    const long = new Uint8Array(40).fill(1);
    const digest = vote(0, 0, long).value;
    // The payload that consists of the digest is 32 bytes long, so votes name it by its own digest.
    node.receive(id(0), input(0, 0, new Uint8Array(digest)));
    node.receive(id(2), vote(0, 0, long));
    expect(kindsSent(node.receive(id(3), vote(0, 0, long)))).toEqual(['vote']);
    expect(node.receive(id(0), vote(0, 0, long))).toBe(noEffects);
    expect(node.receive(id(1), vote(0, 0, long))).toBe(noEffects);
  });

  it('an unknown or out-of-range sender id is refused before the protocol sees it', () => {
    const group = createGroup({ nodes: 4 });
    const wide = codec(messageSchema(createGroup({ nodes: 9 }), 100));
    const read = codec(messageSchema(group, 100)).decode(wide.encode(input(8, 0, v)));
    expect(read).toBeInstanceOf(Refusal);
    expect(read).toMatchObject({ reason: 'out-of-range' });
  });

  it('RBC-19 n = 3 with f = 1 is refused with Q1003 before any message; n = 3 with f = 0 runs', () => {
    expect(() => createGroup({ nodes: 3, faulty: 1 })).toThrow(QuorateError);
    const run = start(3, 0, 1);
    run.network.input(id(0), v);
    run.network.run();
    expect(run.network.outputs.map((outputs) => outputs.length)).toEqual([1, 1, 1]);
  });

  it('RBC-21 sender 1 number 23 and sender 12 number 3 are different instances', () => {
    const run = start(13, 0, 5);
    for (let number = 0; number <= 23; number++) run.network.input(id(1), bytes(1, number));
    for (let number = 0; number <= 3; number++) run.network.input(id(12), bytes(12, number));
    run.network.run();
    expect(run.finish()).toEqual([]);
    expect(run.network.outputs.every((outputs) => outputs.length === 28)).toBe(true);
  });

  it('RBC-23 a second encoding of one message is refused', () => {
    const frame = codec(messageSchema(createGroup({ nodes: 4 }), 100)).encode(input(3, 1, v));
    // [0, 3, 1, bin 1]: the sequence number once as a fixint, once as an unsigned 64-bit integer.
    const at = 3;
    const wide = new Uint8Array([...frame.subarray(0, at), 0xcf, 0, 0, 0, 0, 0, 0, 0, 1, ...frame.subarray(at + 1)]);
    expect(frame[at]).toBe(1);
    expect(codec(messageSchema(createGroup({ nodes: 4 }), 100)).decode(wide)).toMatchObject({
      reason: 'non-canonical',
    });
  });
});

describe('thresholds met together', () => {
  it('RBC-09 amplification fires at the third vote of n = 7, not before', () => {
    const node = single(7, 0);
    expect(node.receive(id(5), vote(1, 0, v))).toBe(noEffects);
    expect(node.receive(id(6), vote(1, 0, v))).toBe(noEffects);
    expect(kindsSent(node.receive(id(2), vote(1, 0, v)))).toContain('vote');
  });

  it('RBC-25 the last echo and the amplifying vote together make one vote', () => {
    for (const order of [0, 1]) {
      const node = single(7, 0);
      const sent: string[] = [];
      const hear = (from: number, message: ReturnType<typeof vote> | ReturnType<typeof echo>): void => {
        sent.push(...kindsSent(node.receive(id(from), message)));
      };
      for (const from of [1, 2, 3, 4]) hear(from, echo(1, 0, v));
      for (const from of [5, 6]) hear(from, vote(1, 0, v));
      const last = [(): void => hear(5, echo(1, 0, v)), (): void => hear(1, vote(1, 0, v))];
      for (const event of order === 0 ? last : last.toReversed()) event();
      expect(sent.filter((kind) => kind === 'vote')).toEqual(['vote']);
    }
  });
});

describe('the group as a whole', () => {
  it('a node alone in its group delivers to itself', () => {
    const run = start(1, 0, 1);
    run.network.input(id(0), v);
    run.network.run();
    expect(run.network.outputs[0]).toEqual([{ sender: 0, sequence: 0, payload: v }]);
  });

  it('n = 6, f = 1: all deliver with one silent node', () => {
    const run = start(6, 1, 2);
    for (const node of run.correct) run.network.input(node, v);
    run.network.run();
    expect(run.finish()).toEqual([]);
  });

  it('limits that would stop a correct sender are refused with Q4003', () => {
    const group = createGroup({ nodes: 4 });
    const make = (limits: object): ReliableBroadcast => new ReliableBroadcast({ group, self: id(0), limits });
    expect(() => make({ openInstances: 100 })).toThrow(/openInstances/);
    expect(() => make({ retainedBytes: 1 })).toThrow(/retainedBytes/);
    expect(() => make({ window: 0 })).toThrow(/window/);
  });
});
