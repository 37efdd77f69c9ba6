import { describe, expect, it } from 'vitest';
import { generated, interpreted } from '../src/assembly.js';
import { codecWith } from '../src/compile.js';
import {
  anyValue,
  bigint,
  boolean,
  bytes,
  choice,
  codec,
  float,
  integer,
  list,
  mapping,
  optional,
  QuorateError,
  record,
  Refusal,
  text,
  tuple,
  union,
  type Schema,
} from '../src/index.js';

type Message =
  | { readonly kind: 'vote'; readonly sender: number; readonly sequence: number; readonly value: Uint8Array }
  | { readonly kind: 'ask'; readonly about: readonly number[] };

const message: Schema<Message> = union<Message>({
  vote: {
    sender: integer({ max: 255, meaning: 'node' }),
    sequence: integer({ max: 2 ** 32 - 1 }),
    value: bytes({ min: 32, max: 32 }),
  },
  ask: { about: list(integer({ max: 9 }), { max: 3 }) },
});
const vote: Message = { kind: 'vote', sender: 3, sequence: 100_000, value: new Uint8Array(32).fill(7) };

function thrown(act: () => unknown): QuorateError {
  try {
    act();
  } catch (error) {
    if (error instanceof QuorateError) {
      return error;
    }
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('a message', () => {
  it('travels as the array of its fields, behind the number of its case', () => {
    const encoded = Buffer.from(codec(message).encode(vote)).toString('hex');
    expect(encoded).toBe(`94 00 03 ce000186a0 c420${'07'.repeat(32)}`.replaceAll(' ', ''));
  });

  it('is as long as maxBytes at most', () => {
    expect(codec(message).maxBytes).toBe(1 + 1 + 2 + 5 + 34);
    expect(codec(anyValue({ max: 2 ** 26, maxDepth: 64 })).maxBytes).toBe(Number.MAX_SAFE_INTEGER);
  });

  it('stands anywhere in a frame, beside others', () => {
    const subject = codec(message);
    const frame = new Uint8Array(200);
    const first = subject.encodeInto(vote, frame, 10);
    const second = subject.encodeInto({ kind: 'ask', about: [1, 2] }, frame, first);
    expect(subject.decode(frame, 10, first)).toStrictEqual(vote);
    expect(subject.decode(frame, first, second)).toStrictEqual({ kind: 'ask', about: [1, 2] });
    expect(subject.decode(frame, 10, second)).toMatchObject({ reason: 'too-large', offset: first - 10 });
  });

  it('longer than any may be is too large, if nothing was wrong before', () => {
    expect(codec(boolean()).decode(Uint8Array.of(0xc3, 0))).toMatchObject({ reason: 'too-large', offset: 1 });
  });

  it('is refused, not thrown at, when the range lies outside of the bytes', () => {
    const ranges = [
      [-1, 3],
      [3, 2],
      [0, 99],
      [Number.NaN, 3],
      [0, Number.NaN],
      [0.5, 3],
      [0, 2.5],
    ] as const;
    for (const [start, end] of ranges) {
      expect(codec(message).decode(new Uint8Array(5), start, end)).toBeInstanceOf(Refusal);
    }
    const detached = new Uint8Array(5);
    structuredClone(detached, { transfer: [detached.buffer] });
    expect(codec(message).decode(detached)).toMatchObject({ reason: 'truncated' });
    expect(codec(message).decode(detached, 0, 5)).toMatchObject({ reason: 'truncated' });
  });
});

describe('a byte string', () => {
  const subject = codec(record<{ payload: Uint8Array }>({ payload: bytes({ min: 1, max: 300 }) }));

  it.each([
    ['an array', new Uint8Array(400)],
    ['a Buffer', Buffer.alloc(400)],
    ['shared memory', new Uint8Array(new SharedArrayBuffer(400))],
    ['part of a buffer', new Uint8Array(new ArrayBuffer(800), 300, 400)],
  ])('in %s comes out as a view', (_, frame) => {
    const end = subject.encodeInto({ payload: new Uint8Array(300).fill(5) }, frame, 20);
    const value = subject.decode(frame, 20, end);
    if (value instanceof Refusal) {
      throw new Error(value.reason);
    }
    expect(value.payload).toHaveLength(300);
    expect(value.payload.constructor).toBe(Uint8Array);
    frame.fill(6);
    expect(value.payload.every((byte) => byte === 6)).toBe(true);
  });

  it('is taken from a Buffer and from shared memory', () => {
    const shared = new Uint8Array(new SharedArrayBuffer(3)).fill(1);
    expect(subject.encode({ payload: Buffer.of(1, 1, 1) })).toEqual(subject.encode({ payload: shared }));
  });

  it('has a length within its bounds', () => {
    expect(subject.decode(Uint8Array.of(0x91, 0xc4, 0))).toMatchObject({ reason: 'too-short', offset: 1 });
    expect(subject.decode(Uint8Array.of(0x91, 0xc5, 1, 45))).toMatchObject({ reason: 'too-long', offset: 1 });
  });
});

describe('what does not fit is refused by encode, with the path to the field', () => {
  const deep = record<{ items: readonly Message[] }>({ items: list(message, { max: 3 }) });
  const cases: readonly (readonly [Schema<unknown>, unknown, string | RegExp])[] = [
    [integer({ max: 9 }), 10, 'value must be an integer in 0 … 9, but is 10'],
    [integer({ max: 9 }), 0.5, 'value must be an integer in 0 … 9, but is 0.5'],
    [integer({ max: 9 }), 1n, 'value must be an integer in 0 … 9, but is 1n'],
    [integer({ max: 9, meaning: 'node' }), '1', 'value must be an integer in 0 … 9 (node), but is "1"'],
    [bigint({ min: 0n, max: 9n }), 1, 'value must be a bigint in 0 … 9, but is 1'],
    [float({ min: 0, max: 1 }), Number.NaN, 'value must be a finite float in 0 … 1, but is NaN'],
    [float(), Infinity, /^value must be a finite float in .*, but is Infinity$/],
    [boolean(), undefined, 'value must be a boolean, but is undefined'],
    [text({ max: 3 }), 'é€', 'value must be well-formed text of at most 3 bytes, but is "é€"'],
    [text({ max: 9 }), '\ud800', /^value must be well-formed text of at most 9 bytes, but is "\\ud800"$/],
    [
      bytes({ min: 2, max: 2 }),
      new Uint8Array(3),
      'value must be a byte string of 2 bytes, but is a byte string of 3 bytes',
    ],
    [bytes({ max: 2 }), [1], 'value must be a byte string of 0 … 2 bytes, but is an array of 1 items'],
    [bytes({ max: 20 }), new Uint16Array(1), 'value must be a byte string of 0 … 20 bytes, but is an object'],
    [choice(['yes', 'no']), 'toString', 'value must be one of "yes", "no", but is "toString"'],
    [optional(boolean()), null, 'value must be a boolean, but is null'],
    [list(boolean(), { min: 1, max: 2 }), [], 'value must be an array of 1 … 2 items, but is an array of 0 items'],
    // A hole is a missing item.
    [list(boolean(), { max: 2 }), Array.from({ length: 2 }), 'value[0] must be a boolean, but is undefined'],
    [tuple([boolean(), boolean()]), [true], 'value must be an array of 2 items, but is an array of 1 items'],
    [tuple([boolean(), boolean()]), [true, 1], 'value[1] must be a boolean, but is 1'],
    [
      mapping(boolean(), { max: 1, maxKey: 1 }),
      { aa: true },
      'value["aa"] must be a key of at most 1 bytes, not __proto__, but is "aa"',
    ],
    [
      mapping(boolean(), { max: 1, maxKey: 9 }),
      JSON.parse('{"__proto__":true}'),
      /^value\["__proto__"\] must be a key/,
    ],
    [mapping(boolean(), { max: 1, maxKey: 1 }), { a: 1 }, 'value["a"] must be a boolean, but is 1'],
    [
      mapping(boolean(), { max: 1, maxKey: 1 }),
      { a: true, b: true },
      'value must be a plain object of at most 1 entries, but is an object',
    ],
    [
      mapping(boolean(), { max: 1, maxKey: 1 }),
      new Map(),
      'value must be a plain object of at most 1 entries, but is an object',
    ],
    [
      mapping(boolean(), { max: 1, maxKey: 1 }),
      [],
      'value must be a plain object of at most 1 entries, but is an array of 0 items',
    ],
    [record<{ a: boolean }>({ a: boolean() }), null, 'value must be an object with the fields a, but is null'],
    [
      deep,
      { items: [{ kind: 'ask', about: [1, 99] }] },
      'value.items[0].about[1] must be an integer in 0 … 9, but is 99',
    ],
    [
      deep,
      { items: [vote, { kind: 'nope' }] },
      'value.items[1] must be an object whose kind is one of "vote", "ask", but is an object',
    ],
    [anyValue({ max: 9 }), { a: [new Date(0)] }, /^value\["a"\]\[0\] must be a plain value .*, but is an object$/],
    [anyValue({ max: 9 }), [Number.NaN], /^value\[0\] must be a plain value .*, but is NaN$/],
    [anyValue({ max: 9 }), [undefined], /^value\[0\] must be a plain value .*, but is undefined$/],
    [anyValue({ max: 9 }), 2n ** 64n, /^value must be a plain value .*, but is 18446744073709551616n$/],
    [anyValue({ max: 9 }), JSON.parse('{"__proto__":1}'), /^value\["__proto__"\] must be a key/],
    [anyValue({ max: 9 }), () => 1, /^value must be a plain value .*, but is a function$/],
    [anyValue({ max: 2 }), [1, 2, 3], /^value must be a plain value .*, but is an array of 3 items$/],
  ];

  it.each([
    ['generated', generated],
    ['interpreted', interpreted],
  ])('%s', (_, assembly) => {
    for (const [schema, value, expected] of cases) {
      const subject = codecWith<unknown>({ shape: schema.shape }, assembly);
      const error = thrown(() => subject.encode(value));
      expect(error.code).toBe('Q2002');
      expect(error.message).toEqual(typeof expected === 'string' ? expected : expect.stringMatching(expected));
      expect(thrown(() => subject.encodeInto(value, new Uint8Array(9), 0)).message).toBe(error.message);
    }
  });

  it('leaves what a getter throws alone, and survives a getter that encodes', () => {
    const subject = codec(record<{ a: number; b: Uint8Array }>({ a: integer({ max: 9 }), b: bytes({ max: 9 }) }));
    const failing = {
      get a(): number {
        throw new RangeError('mine');
      },
      b: new Uint8Array(0),
    };
    expect(() => subject.encode(failing)).toThrow(new RangeError('mine'));
    const nested = {
      a: 1,
      get b(): Uint8Array {
        return subject.encode({ a: 2, b: new Uint8Array(2) });
      },
    };
    expect(Buffer.from(subject.encode(nested)).toString('hex')).toBe('9201c4069202c4020000');
  });

  it('reads what a getter says once', () => {
    let asked = 0;
    const fickle = {
      get a(): unknown {
        return asked++ === 0 ? 1 : Number.NaN;
      },
    };
    expect(Buffer.from(codec<unknown>(anyValue({ max: 9 })).encode(fickle)).toString('hex')).toBe('81a16101');
    expect(asked).toBe(1);
  });

  it('names an offset that is none', () => {
    for (const start of [-1, 0.5, Number.NaN]) {
      expect(thrown(() => codec(boolean()).encodeInto(true, new Uint8Array(9), start)).code).toBe('Q2003');
    }
    expect(codec(boolean()).encodeInto(true, new Uint8Array(2), 2)).toBe(-1);
  });
});

describe('what travels as something else', () => {
  it('−0 becomes 0', () => {
    expect(codec(float()).decode(codec(float()).encode(-0))).toBe(0);
    expect(codec(integer({ max: 1 })).decode(codec(integer({ max: 1 })).encode(-0))).toBe(0);
    expect(codec(anyValue({ max: 1 })).decode(codec(anyValue({ max: 1 })).encode(-0))).toBe(0);
  });

  it('fields and properties that the schema does not name stay behind', () => {
    const subject = codec(record<{ a: number }>({ a: integer({ max: 9 }) }));
    const wider = { a: 1, secret: 'x' };
    expect(subject.decode(subject.encode(wider))).toStrictEqual({ a: 1 });
  });
});

describe('an object', () => {
  it('always has the same hidden fields in the same order, also where a value is absent', () => {
    type Maybe = { readonly a: number; readonly b: number | undefined };
    const subject = codec(record<Maybe>({ a: integer({ max: 9 }), b: optional(integer({ max: 9 })) }));
    expect(Object.keys(subject.decode(Uint8Array.of(0x92, 1, 0xc0)))).toEqual(['a', 'b']);
    expect(subject.decode(subject.encode({ b: undefined, a: 1 }))).toStrictEqual({ a: 1, b: undefined });
  });
});

describe('generated code', () => {
  it('holds no name that was not checked', () => {
    for (const name of ['a: process.exit(1), b', '__proto__', '0', '', 'é', 'a b', '"']) {
      const shape = { kind: 'record', fields: [{ name, shape: { kind: 'boolean' } }] } as const;
      for (const assembly of [generated, interpreted]) {
        expect(thrown(() => codecWith({ shape }, assembly)).code).toBe('Q2001');
      }
    }
  });

  it('takes any word for a case', () => {
    const odd = union<{ kind: "'}; throw 1; //\u2028" }>({ "'}; throw 1; //\u2028": {} });
    expect(codec(odd).decode(codec(odd).encode({ kind: "'}; throw 1; //\u2028" }))).toEqual({
      kind: "'}; throw 1; //\u2028",
    });
  });

  it('takes words of the language for fields', () => {
    type Odd = { readonly class: number; readonly undefined: number; readonly cursor: number; readonly v0: number };
    const number = integer({ max: 9 });
    const subject = codec(record<Odd>({ class: number, undefined: number, cursor: number, v0: number }));
    const value: Odd = { class: 1, undefined: 2, cursor: 3, v0: 4 };
    expect(subject.decode(subject.encode(value))).toStrictEqual(value);
  });
});

describe('memory that another thread writes', () => {
  it('is read byte by byte, each byte once', () => {
    type Mixed = {
      readonly a: number;
      readonly b: boolean;
      readonly c: readonly number[];
      readonly d?: number;
      readonly e: string;
      readonly f: string;
    };
    const subject = codec(
      record<Mixed>({
        a: integer({ min: -(2 ** 53) + 1, max: 2 ** 53 - 1 }),
        b: boolean(),
        c: list(integer({ max: 2 ** 32 }), { max: 20 }),
        d: optional(integer({ max: 9 })),
        e: text({ max: 20 }),
        f: text({ max: 20 }),
      }),
    );
    const encoded = subject.encode({ a: -(2 ** 40), b: true, c: [1, 200, 70_000, 2 ** 32], e: 'ascii', f: 'é€😀' });
    const reads = new Map<string, number>();
    const watched = new Proxy(encoded, {
      get(target, key) {
        if (typeof key === 'string' && /^\d+$/.test(key)) {
          reads.set(key, (reads.get(key) ?? 0) + 1);
        }
        return Reflect.get(target, key, target) as unknown;
      },
    });
    expect(subject.decode(watched)).not.toBeInstanceOf(Refusal);
    expect([...reads.values()]).toEqual(Array.from({ length: encoded.length }, () => 1));
  });
});
