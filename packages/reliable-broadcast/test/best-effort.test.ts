import { describe, expect, it } from 'vitest';
import {
  BestEffortBroadcast,
  codec,
  createGroup,
  createBestEffortBroadcast,
  Refusal,
} from '@quorate/reliable-broadcast';
import { codeOf } from '../src/test-framework.js';
import { bytes, id, input } from './harness.js';

const group = createGroup({ nodes: 4 });
const node = (options: { incarnation?: number; maxPayload?: number } = {}): BestEffortBroadcast =>
  createBestEffortBroadcast({ group, self: id(1), ...options });

describe('best effort', () => {
  it('sends each payload once to all, numbered, as a copy', () => {
    const sender = node();
    const payload = bytes(7);
    expect(sender.nextSequence).toBe(0);
    const step = sender.input(payload);
    payload.fill(0);
    expect(step).toEqual([{ kind: 'send', to: 'all', message: input(1, 0, bytes(7)) }]);
    expect(sender.input(payload)).toEqual([{ kind: 'send', to: 'all', message: input(1, 1, bytes(0)) }]);
    expect(sender.nextSequence).toBe(2);
    expect(sender.ready).toBe(true);
  });

  it('delivers what it gets, as a copy, and each number once', () => {
    const receiver = node();
    const payload = bytes(7);
    const step = receiver.receive(id(2), input(2, 0, payload));
    payload.fill(0);
    expect(step).toEqual([{ kind: 'output', value: { sender: 2, sequence: 0, payload: bytes(7) } }]);
    expect(receiver.receive(id(2), input(2, 0, bytes(8)))).toEqual([]);
    expect(receiver.receive(id(3), input(3, 0, bytes(8)))).toHaveLength(1);
  });

  it('delivers numbers out of order, up to 1,023 behind the highest', () => {
    const receiver = node();
    const delivers = (sequence: number): boolean => receiver.receive(id(2), input(2, sequence, bytes(1))).length > 0;
    expect([5000, 3977, 3976, 3977, 4500, 5000, 4500, 5001, 3978, 3977].map(delivers)).toEqual([
      true,
      true,
      false,
      false,
      true,
      false,
      false,
      true,
      true,
      false,
    ]);
  });

  it('reports an input in the name of another, and delivers nothing of it', () => {
    const step = node().receive(id(3), input(2, 0, bytes(1)));
    expect(step).toMatchObject([{ kind: 'fault', peer: 3, fault: { kind: 'forged-sender', certainty: 'proof' } }]);
  });

  it('refuses what is too long, from its user and from its peers, and lives that cannot be', () => {
    const small = node({ maxPayload: 2 });
    expect(small.input(bytes(1, 2))).toHaveLength(1);
    expect(codeOf(() => small.input(bytes(1, 2, 3)))).toBe('Q4001');
    expect(codec(small.schema).decode(codec(node().schema).encode(input(1, 0, bytes(1, 2, 3))))).toBeInstanceOf(
      Refusal,
    );
    expect(codec(small.schema).decode(codec(small.schema).encode(input(3, 0, bytes(1, 2))))).toEqual(
      input(3, 0, bytes(1, 2)),
    );
    expect(codeOf(() => node({ incarnation: 1024 }))).toBe('Q4004');
    expect(node({ incarnation: 2 }).nextSequence).toBe(2 * 2 ** 42);
  });

  it('retains nothing', () => {
    const { openInstances, retainedBytes, loggedBytes, ...bounds } = node().usage();
    expect([openInstances, retainedBytes, loggedBytes]).toEqual(Array.from({ length: 3 }, () => [0, 0, 0, 0]));
    expect(bounds).toEqual({ maxOpenInstances: 0, maxRetainedBytes: 0, maxLoggedBytes: 0 });
  });
});
