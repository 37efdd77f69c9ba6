import { describe, expect, it } from 'vitest';
import {
  BroadcastObserver,
  broadcastProperties,
  createGroup,
  properties,
  type Violation,
} from '@quorate/reliable-broadcast';
import { bytes, echo, id, input, vote } from './harness.js';

const group = createGroup({ nodes: 4 });
const v = bytes(1);
const w = bytes(2);

/** Nodes 0, 1 and 2 are correct. */
const watch = (): BroadcastObserver => new BroadcastObserver({ group, correct: [0, 1, 2].map(id) });
const delivery = (sender: number, sequence: number, payload: Uint8Array) => ({ sender: id(sender), sequence, payload });
const named = (violation: Violation | undefined): string | undefined =>
  violation && `${violation.kind} ${violation.property}`;
const atEnd = (observer: BroadcastObserver): readonly (string | undefined)[] => [...observer.end()].map(named);

describe('RBC1 and RBC5: what must happen', () => {
  it('a correct sender’s payload is delivered by every correct node', () => {
    const observer = watch();
    observer.sent(id(0), 'all', input(0, 0, v));
    expect(atEnd(observer)).toEqual(['liveness RBC1 validity']);
    for (const node of [0, 1]) observer.output(id(node), delivery(0, 0, v));
    expect(atEnd(observer)).toEqual(['liveness RBC1 validity', 'liveness RBC5 totality']);
    expect([...observer.end()][0]?.detail).toBe(
      'number 0 of node 0 was not delivered by node 2, though its sender is correct',
    );
    observer.output(id(2), delivery(0, 0, v));
    expect(atEnd(observer)).toEqual([]);
  });

  it('a node that delivers something else does not deliver it', () => {
    const observer = watch();
    observer.broadcast(id(0), 0, v);
    for (const node of [0, 1]) observer.output(id(node), delivery(0, 0, v));
    expect(named(observer.output(id(2), delivery(0, 0, w)))).toBe('safety RBC3 integrity');
    expect([...observer.end()].map(({ property, detail }) => [property, detail])).toEqual([
      ['RBC1 validity', 'number 0 of node 0 was not delivered by node 2, though its sender is correct'],
    ]);
  });

  it('a faulty sender’s payload is delivered by all correct nodes or by none', () => {
    const observer = watch();
    observer.sent(id(3), 'all', input(3, 0, v));
    observer.sent(id(0), 'all', echo(3, 0, v));
    expect(atEnd(observer)).toEqual([]);
    observer.output(id(3), delivery(3, 0, v));
    expect(atEnd(observer)).toEqual([]);
    observer.output(id(1), delivery(3, 0, v));
    expect(atEnd(observer)).toEqual(['liveness RBC5 totality']);
    expect([...observer.end()][0]?.detail).toBe(
      'number 0 of node 3 was not delivered by node 0, 2, though others delivered it',
    );
  });

  it('what a node that lost its memory missed or delivered concerns nobody', () => {
    const observer = watch();
    observer.sent(id(0), 'all', input(0, 0, v));
    for (const node of [0, 1]) observer.output(id(node), delivery(0, 0, v));
    observer.faulty(id(2));
    expect(atEnd(observer)).toEqual([]);
    observer.output(id(0), delivery(3, 0, v));
    observer.faulty(id(0));
    expect(atEnd(observer)).toEqual([]);
    observer.sent(id(1), 'all', input(1, 0, v));
    expect(atEnd(observer)).toEqual(['liveness RBC1 validity']);
    expect(observer.output(id(2), delivery(1, 0, w))).toBe(undefined);
  });
});

describe('RBC2, RBC3 and RBC4: what must not be delivered', () => {
  it('the same number twice', () => {
    const observer = watch();
    expect(observer.output(id(0), delivery(3, 0, v))).toBe(undefined);
    expect(observer.output(id(0), delivery(3, 1, v))).toBe(undefined);
    expect(observer.output(id(1), delivery(3, 0, v))).toBe(undefined);
    const violation = observer.output(id(0), delivery(3, 0, v));
    expect([named(violation), violation?.detail]).toEqual([
      'safety RBC2 no duplication',
      'node 0 delivered number 0 of node 3 a second time',
    ]);
  });

  it('what a correct sender never broadcast', () => {
    const observer = watch();
    expect(named(observer.output(id(0), delivery(1, 0, v)))).toBe('safety RBC3 integrity');
    observer.broadcast(id(1), 1, v);
    expect(named(observer.output(id(0), delivery(1, 1, w)))).toBe('safety RBC3 integrity');
    expect(observer.output(id(2), delivery(1, 1, v))).toBe(undefined);
  });

  it('two payloads for one number', () => {
    const observer = watch();
    observer.output(id(0), delivery(3, 0, v));
    expect(observer.output(id(1), delivery(3, 1, w))).toBe(undefined);
    expect(named(observer.output(id(1), delivery(3, 0, w)))).toBe('safety RBC4 agreement');
    expect(observer.output(id(3), delivery(3, 1, v))).toBe(undefined);
  });
});

describe('RBC6 and RBC7: what must not be said', () => {
  it('two echoes or two votes of one correct node', () => {
    const observer = watch();
    for (const message of [echo(3, 0, v), vote(3, 0, v)]) {
      expect(observer.sent(id(0), 'all', message)).toBe(undefined);
      expect(observer.sent(id(1), 'all', message)).toBe(undefined);
      expect(observer.sent(id(0), id(1), message)).toBe(undefined);
      expect(named(observer.sent(id(0), 'all', message))).toBe('safety RBC7 one echo, one vote');
      expect(observer.sent(id(3), 'all', message)).toBe(undefined);
      expect(observer.sent(id(3), 'all', message)).toBe(undefined);
    }
    expect(observer.sent(id(0), 'all', echo(3, 1, v))).toBe(undefined);
    expect(observer.sent(id(0), 'all', echo(2, 0, v))).toBe(undefined);
  });

  it('votes of correct nodes for two payloads', () => {
    const observer = watch();
    observer.sent(id(3), 'all', vote(3, 0, w));
    observer.sent(id(0), 'all', vote(3, 0, v));
    expect(observer.sent(id(2), 'all', vote(3, 1, w))).toBe(undefined);
    expect(named(observer.sent(id(1), 'all', vote(3, 0, w)))).toBe('safety RBC6 one vote value');
  });
});

describe('what a run came near', () => {
  it('is each step by the message that set it off, at correct nodes', () => {
    const observer = watch();
    const { rules } = broadcastProperties;
    expect([...observer.exercised()]).toEqual([]);
    observer.sent(id(0), 'all', echo(3, 0, v));
    observer.sent(id(3), 'all', vote(3, 0, v));
    expect([...observer.exercised()]).toEqual(['echo on the input']);
    observer.received(id(0), id(1), echo(3, 0, v));
    observer.sent(id(0), 'all', vote(3, 0, v));
    observer.received(id(0), id(1), vote(3, 0, v));
    observer.sent(id(1), 'all', vote(3, 0, v));
    observer.output(id(0), delivery(3, 0, v));
    observer.sent(id(0), id(1), echo(3, 0, v));
    expect([...observer.exercised()]).toEqual([
      'echo on the input',
      'vote by echo quorum',
      'vote by amplification',
      'delivery upon 2f + 1 votes',
      'catch-up: repeats an echo',
    ]);
    for (const rule of observer.exercised()) expect(rules).toContain(rule);
    expect(new Set(rules).size).toBe(rules?.length);
    expect(Object.values(properties)).toHaveLength(7);
  });
});
