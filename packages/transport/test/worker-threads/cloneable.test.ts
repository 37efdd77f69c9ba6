import { describe, expect, it } from 'vitest';
import { checkCloneable } from '../../src/worker-threads/cloneable.js';

class Account {
  readonly owner = 'somebody';
}

class ListOfMine extends Array<number> {}

/** Its buffer has moved elsewhere. */
function detached(): Uint8Array {
  const bytes = new Uint8Array(8);
  structuredClone(bytes.buffer, { transfer: [bytes.buffer] });
  return bytes;
}

const cycle: { self?: unknown; readonly map: Map<string, unknown> } = { map: new Map() };
cycle.self = cycle;
cycle.map.set('cycle', cycle);

let deep: unknown = 'bottom';
for (let depth = 0; depth < 100_000; depth++) deep = [deep];

describe('NET-17 what is passed to workers', () => {
  const refused: readonly (readonly [string, unknown, string])[] = [
    ['a function', { report: () => undefined }, 'data.report is a function'],
    ['a symbol', [Symbol('x')], 'data[0] is a symbol'],
    ['an object of a class', { of: { account: new Account() } }, 'data.of.account is an object of class Account'],
    ['a list of a class of ours', { list: ListOfMine.from([1]) }, 'data.list is an object of class ListOfMine'],
    ['a detached buffer', { bytes: [detached().buffer] }, 'data.bytes[0] is a detached buffer'],
    ['a view of a detached buffer', { bytes: detached() }, 'data.bytes is a detached buffer'],
    ['a promise', { later: Promise.resolve() }, 'data.later is an object of Promise'],
    ['something in a map', new Map([['listener', () => undefined]]), 'data.get("listener") is a function'],
    ['a key of a map', new Map([[() => undefined, 1]]), 'data.key(function) is a function'],
    ['something in a set', new Set([1, () => undefined]), 'data.has(function) is a function'],
    ['something in a cycle', { ...cycle, bad: Symbol.iterator }, 'data.bad is a symbol'],
  ];
  for (const [name, value, message] of refused) {
    it(`${name} is refused, and the place is named`, () => {
      expect(() => checkCloneable(value, 'data')).toThrow(
        expect.objectContaining({ code: 'Q3031', message: expect.stringContaining(message) as unknown }),
      );
    });
  }

  const accepted: readonly (readonly [string, unknown])[] = [
    ['nothing', undefined],
    ['plain values', [1, 'two', 3n, null, true, Number.NaN]],
    ['maps and sets', new Map<unknown, unknown>([[{ a: 1 }, new Set([1, 2])]])],
    ['cycles', cycle],
    ['what is nested deeper than the stack', deep],
    ['dates, patterns and errors', [new Date(), /x/u, new RangeError('x')]],
    [
      'bytes',
      [
        new Uint8Array(0),
        new Uint8Array(8),
        Buffer.from('x'),
        new ArrayBuffer(8),
        new Float64Array(1),
        new DataView(new ArrayBuffer(0)),
      ],
    ],
    ['shared memory', [new SharedArrayBuffer(0), new Int32Array(new SharedArrayBuffer(8))]],
    ['an object without a prototype', Object.assign(Object.create(null), { a: 1 })],
  ];
  for (const [name, value] of accepted) {
    it(`${name} may pass`, () => {
      expect(() => checkCloneable(value, 'data')).not.toThrow();
    });
  }
});
