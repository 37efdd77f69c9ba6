import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
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
  record,
  Refusal,
  text,
  tuple,
  union,
  type Codec,
  type RefusalReason,
  type Schema,
} from '../src/index.js';

const hex = (digits: string): Uint8Array => Uint8Array.from(Buffer.from(digits.replaceAll(/[ -]/g, ''), 'hex'));

const limit = Number.MAX_SAFE_INTEGER;
const everything: Readonly<Record<string, Schema<unknown>>> = {
  boolean: boolean(),
  integer: integer({ min: -limit, max: limit }),
  bigint: bigint({ min: -(2n ** 63n), max: 2n ** 64n - 1n }),
  float: float(),
  text: text({ max: 1 << 20 }),
  bytes: bytes({ max: 1 << 20 }),
  choice: choice(['yes', 'no']),
  optional: optional(integer({ max: 9 })),
  list: list(integer({ max: 9 }), { max: 1 << 20 }),
  tuple: tuple<[number, boolean]>([integer({ max: 9 }), boolean()]),
  mapping: mapping(integer({ max: 9 }), { max: 1 << 20, maxKey: 1 << 20 }),
  record: record<{ a: number }>({ a: integer({ max: 9 }) }),
  union: union<{ kind: 'one' } | { kind: 'two'; a: number }>({ one: {}, two: { a: integer({ max: 9 }) } }),
  value: anyValue({ max: 1 << 20 }),
};

/** The reason, `undefined` when the bytes are accepted. */
function reason(kind: string, digits: string): RefusalReason | undefined {
  const verdict = codec(everything[kind] ?? boolean()).decode(hex(digits));
  return verdict instanceof Refusal ? verdict.reason : undefined;
}

describe('NET-03 length bombs', () => {
  const headers = ['dd', 'df', 'db', 'c6', 'c9'].map((format) => `${format} ffffffff`);
  const bombs = [...headers, `dd 01000000 ${'c0'.repeat(1024)}`, `df 00010000 a1 61 ${'00'.repeat(1024)}`];

  it.each(bombs)('are refused at the header, without a look at what follows: %s', (bomb) => {
    for (const schema of Object.values(everything)) {
      const verdict = codec(schema).decode(hex(bomb));
      expect(verdict).toBeInstanceOf(Refusal);
      expect(verdict).toHaveProperty('reason', expect.stringMatching(/truncated|too-long|wrong|extension|too-large/));
    }
  });

  it('are refused with less than 8 MiB of growth, where a library without bounds takes a hundred', () => {
    const program = fileURLToPath(new URL('programs/length-bombs.ts', import.meta.url));
    const printed = execFileSync(process.execPath, [...process.execArgv, program], { encoding: 'utf8' });
    const { ours, library, refused } = JSON.parse(printed) as { ours: number; library: number; refused: boolean };
    expect(refused).toBe(true);
    expect(ours).toBeLessThan(8);
    expect(library).toBeGreaterThan(64);
  });

  it('are refused when a record, a tuple or a case has another number of items than it must', () => {
    for (const digits of ['90', '92 00 00', 'dc 0010', 'dd 00010000', 'dc ffff']) {
      expect(reason('record', digits)).toBe('wrong-arity');
    }
    expect(reason('tuple', '91 00')).toBe('wrong-arity');
    expect(reason('union', '93 01 00 00')).toBe('wrong-arity');
    expect(reason('union', '92 00 00')).toBe('wrong-arity');
  });
});

describe('NET-05 keys', () => {
  const cases: readonly (readonly [string, string, RefusalReason])[] = [
    ['duplicate', '82 a161 01 a161 02', 'duplicate-key'],
    ['descending', '82 a162 01 a161 02', 'unordered-keys'],
    ['in the order of UTF-16 rather than of UTF-8', '82 a4f09f9880 01 a3efbfbf 02', 'unordered-keys'],
    ['an integer', '81 01 01', 'wrong-type'],
    ['nil', '81 c0 01', 'wrong-type'],
    ['an array', '81 90 01', 'wrong-type'],
    ['bytes', '81 c40161 01', 'wrong-type'],
    ['an extension', '81 d40000 01', 'extension-type'],
    ['__proto__', '81 a95f5f70726f746f5f5f 01', 'reserved-key'],
    ['not UTF-8', '81 a1ff 01', 'invalid-utf8'],
    ['in a longer form', '81 d90161 01', 'non-canonical'],
  ];

  it.each(cases)('%s: refused', (_, digits, expected) => {
    expect(reason('mapping', digits)).toBe(expected);
    expect(reason('value', digits)).toBe(expected);
    expect(reason('value', `91 ${digits}`)).toBe(expected);
  });

  it('in ascending order of their UTF-8 bytes: accepted, whatever order the object shows', () => {
    const value = { 10: 1, 9: 2, '\uffff': 3, '😀': 4 };
    const encoded = hex('84 a23130 01 a139 02 a3efbfbf 03 a4f09f9880 04');
    for (const kind of ['mapping', 'value']) {
      expect(codec(everything[kind] ?? boolean()).encode(value)).toEqual(encoded);
      expect(codec(everything[kind] ?? boolean()).decode(encoded)).toStrictEqual(value);
    }
  });

  it('longer than the bound: refused', () => {
    expect(codec(mapping(boolean(), { max: 1, maxKey: 1 })).decode(hex('81 a26161 c3'))).toMatchObject({
      reason: 'too-long',
      offset: 1,
    });
  });

  it('that Object.prototype has are properties like others', () => {
    const value: Readonly<Record<string, number>> = { constructor: 1, hasOwnProperty: 2, toString: 3, valueOf: 4 };
    const subject = codec(mapping(integer({ max: 9 }), { max: 9, maxKey: 20 }));
    expect(Object.entries(subject.decode(subject.encode(value)))).toEqual(Object.entries(value));
  });

  it('never reach a setter on Object.prototype', () => {
    let reached = false;
    // oxlint-disable-next-line no-extend-native -- what a polluted program looks like
    Object.defineProperty(Object.prototype, 'a', {
      configurable: true,
      set() {
        reached = true;
      },
    });
    try {
      expect(reason('mapping', '81 a161 01')).toBeUndefined();
      expect(reason('value', '81 a161 01')).toBeUndefined();
      expect(reason('record', '91 01')).toBeUndefined();
    } finally {
      Reflect.deleteProperty(Object.prototype, 'a');
    }
    expect(reached).toBe(false);
  });
});

describe('NET-07 numbers', () => {
  const numbers: readonly (readonly [string, string, Readonly<Record<string, RefusalReason | undefined>>])[] = [
    [
      'NaN',
      'cb 7ff8000000000000',
      { integer: 'wrong-type', bigint: 'wrong-type', float: 'not-finite', value: 'not-finite' },
    ],
    ['signalling NaN', 'cb 7ff0000000000001', { float: 'not-finite', value: 'not-finite' }],
    ['∞', 'cb 7ff0000000000000', { integer: 'wrong-type', float: 'not-finite', value: 'not-finite' }],
    ['−∞', 'cb fff0000000000000', { bigint: 'wrong-type', float: 'not-finite', value: 'not-finite' }],
    ['−0', 'cb 8000000000000000', { integer: 'wrong-type', float: 'non-canonical', value: 'non-canonical' }],
    ['0 as a float', 'cb 0000000000000000', { integer: 'wrong-type', float: undefined, value: 'non-canonical' }],
    ['0.5 in four bytes', 'ca 3f000000', { integer: 'wrong-type', float: 'non-canonical', value: 'non-canonical' }],
    ['NaN in four bytes', 'ca 7fc00000', { integer: 'wrong-type', float: 'non-canonical', value: 'non-canonical' }],
    [
      '2^53 − 1',
      'cf 001fffffffffffff',
      { integer: undefined, bigint: undefined, float: 'wrong-type', value: undefined },
    ],
    ['2^53', 'cf 0020000000000000', { integer: 'out-of-range', bigint: undefined, value: undefined }],
    ['2^53 + 1', 'cf 0020000000000001', { integer: 'out-of-range', bigint: undefined, value: undefined }],
    ['2^64 − 1', 'cf ffffffffffffffff', { integer: 'out-of-range', bigint: undefined, float: 'wrong-type' }],
    ['−2^53 + 1', 'd3 ffe0000000000001', { integer: undefined, bigint: undefined }],
    ['−2^53', 'd3 ffe0000000000000', { integer: 'out-of-range', bigint: undefined }],
    [
      '−2^63',
      'd3 8000000000000000',
      { integer: 'out-of-range', bigint: undefined, float: 'wrong-type', value: undefined },
    ],
    ['1 in eight bytes', 'cf 0000000000000001', { integer: 'non-canonical', bigint: undefined, value: undefined }],
    ['1 in one byte', '01', { integer: undefined, bigint: 'wrong-type', float: 'wrong-type', value: undefined }],
    [
      '1 in a signed format',
      'd3 0000000000000001',
      { integer: 'non-canonical', bigint: 'non-canonical', value: 'non-canonical' },
    ],
    ['−1 in two bytes', 'd0 ff', { integer: 'non-canonical', bigint: 'wrong-type', value: 'non-canonical' }],
    ['−2^31 in eight bytes', 'd3 ffffffff80000000', { integer: 'non-canonical', bigint: undefined, value: undefined }],
    ['−2^31 − 1', 'd3 ffffffff7fffffff', { integer: undefined, bigint: undefined, value: undefined }],
  ];

  it.each(numbers)('%s', (_, digits, expected) => {
    for (const [kind, wanted] of Object.entries(expected)) {
      expect([kind, reason(kind, digits)]).toEqual([kind, wanted]);
    }
  });

  it('lose no precision, and 1n is not 1', () => {
    const anything = codec(anyValue({ max: 9 }));
    expect(anything.decode(hex('cf 0000000000000001'))).toBe(1n);
    expect(anything.decode(hex('01'))).toBe(1);
    expect(anything.decode(hex('cf ffffffffffffffff'))).toBe(2n ** 64n - 1n);
    expect(anything.decode(hex('d3 8000000000000000'))).toBe(-(2n ** 63n));
    expect(codec(integer({ min: -limit, max: limit })).decode(hex('d3 ffe0000000000001'))).toBe(-limit);
  });

  it('beyond the bounds of the field are out of range', () => {
    expect(codec(integer({ min: 3, max: 200 })).decode(hex('02'))).toMatchObject({ reason: 'out-of-range', offset: 0 });
    expect(codec(integer({ min: 3, max: 200 })).decode(hex('cc c9'))).toMatchObject({ reason: 'out-of-range' });
    expect(codec(bigint({ min: 0n, max: 5n })).decode(hex('cf 0000000000000006'))).toMatchObject({
      reason: 'out-of-range',
    });
    expect(codec(float({ min: 0, max: 1 })).decode(hex('cb 3ff8000000000000'))).toMatchObject({
      reason: 'out-of-range',
    });
  });
});

describe('wrong types', () => {
  const samples: Readonly<Record<string, string>> = {
    nil: 'c0',
    never: 'c1',
    boolean: 'c3',
    integer: '05',
    negative: 'd1 8000',
    float: 'cb 3fe0000000000000',
    text: 'a161',
    bytes: 'c40161',
    array: '91c3',
    map: '81a16101',
    bigint: 'cf ffffffffffffffff',
  };
  const own: Readonly<Record<string, readonly string[]>> = {
    boolean: ['boolean'],
    integer: ['integer', 'negative', 'bigint'],
    bigint: ['bigint'],
    float: ['float'],
    text: ['text'],
    bytes: ['bytes'],
    choice: ['integer', 'negative', 'bigint'],
    optional: ['nil', 'integer', 'negative', 'bigint'],
    list: ['array'],
    tuple: ['array'],
    mapping: ['map'],
    record: ['array'],
    union: ['array'],
    value: Object.keys(samples).filter((each) => each !== 'never'),
  };

  it.each(Object.keys(everything))('are refused where a %s must stand', (kind) => {
    for (const [name, digits] of Object.entries(samples)) {
      if (own[kind]?.includes(name) !== true) {
        expect([name, reason(kind, digits)]).toEqual([name, 'wrong-type']);
      }
    }
  });

  it.each(Object.keys(everything))('extension types are refused where a %s must stand', (kind) => {
    const extensions = [
      'd4 0000',
      'd5 00 0000',
      'd6 ff 5a4af6a5',
      'd7 00',
      'd8 00',
      'c7 01 00 00',
      'c8 0001 00 00',
      'c9 00000001 00 00',
    ];
    for (const digits of extensions) {
      expect(reason(kind, digits)).toBe('extension-type');
    }
  });

  it('words and cases that do not exist are unknown', () => {
    for (const digits of ['02', 'ff', 'cc 80', 'ce ffffffff']) {
      expect(reason('choice', digits)).toBe('unknown-case');
      expect(reason('union', `91 ${digits}`)).toBe('unknown-case');
    }
    expect(reason('choice', 'cc 00')).toBe('non-canonical');
    expect(reason('union', '91 cc 00')).toBe('non-canonical');
    expect(reason('union', '90')).toBe('truncated');
  });
});

describe('deep nesting', () => {
  const depth = 100_000;
  const anything = codec(anyValue({ max: 10, maxDepth: 64 }));

  it('is refused at the bound, however deep it goes', () => {
    expect(anything.decode(new Uint8Array(depth).fill(0x91))).toMatchObject({ reason: 'too-deep', offset: 64 });
    const maps = hex(`${'81a161'.repeat(depth)}c0`);
    expect(anything.decode(maps)).toMatchObject({ reason: 'too-deep', offset: 64 * 3 });
    for (const schema of Object.values(everything)) {
      expect(codec(schema).decode(new Uint8Array(depth).fill(0x91))).toBeInstanceOf(Refusal);
    }
  });

  it('is refused by encode too, also when it has no end', () => {
    const nested = (levels: number): unknown => (levels === 0 ? 1 : [nested(levels - 1)]);
    const subject = codec<unknown>(anyValue({ max: 10, maxDepth: 64 }));
    expect(anything.decode(subject.encode(nested(64)))).toEqual(nested(64));
    expect(() => subject.encode(nested(65))).toThrow(expect.objectContaining({ code: 'Q2002' }));
    const endless: unknown[] = [];
    endless.push(endless);
    expect(() => subject.encode(endless)).toThrow(expect.objectContaining({ code: 'Q2002' }));
  });
});

interface Suite {
  readonly [group: string]: readonly { readonly msgpack: readonly string[]; readonly [type: string]: unknown }[];
}

/** How many of the encodings of one value are accepted: different values, each in its canonical encoding. */
function acceptedOf(subject: Codec<unknown>, encodings: readonly Uint8Array[]): number {
  const values = new Set<unknown>();
  for (const encoding of encodings) {
    const value = subject.decode(encoding);
    if (value instanceof Refusal) {
      expect(value.reason).toMatch(/^[a-z0-9-]+$/);
    } else {
      expect(subject.encode(value)).toEqual(encoding);
      expect(values).not.toContain(value);
      values.add(value);
    }
  }
  return values.size;
}

describe('NET-01 msgpack conformance: kawanet/msgpack-test-suite', () => {
  const suite = createRequire(import.meta.url)('msgpack-test-suite') as Suite;
  const examples = Object.values(suite).flat();
  const kinds = ['boolean', 'integer', 'bigint', 'float', 'text', 'bytes', 'value'];

  it('has 85 values in 233 encodings', () => {
    expect(examples).toHaveLength(85);
    expect(examples.flatMap(({ msgpack }) => msgpack)).toHaveLength(233);
  });

  it('of the encodings of a value, a schema accepts the canonical one alone; nothing throws', () => {
    const accepted = kinds.map((kind) => {
      const subject = codec(everything[kind] ?? boolean());
      return [kind, examples.reduce((count, { msgpack }) => count + acceptedOf(subject, msgpack.map(hex)), 0)];
    });
    // Pinned: a schema that turns lax, or strict, shows here.
    expect(Object.fromEntries(accepted)).toEqual({
      boolean: 2,
      integer: 23,
      bigint: 28,
      float: 13,
      text: 11,
      bytes: 3,
      value: 82,
    });
  });

  it('a value that a schema holds is accepted in its canonical encoding, and means what the suite says', () => {
    const read: Readonly<Record<string, (example: Suite[string][number]) => unknown>> = {
      boolean: ({ bool }) => bool,
      integer: ({ number }) => (Number.isSafeInteger(number) ? number : undefined),
      bigint: ({ bignum }) => (typeof bignum === 'string' ? BigInt(bignum) : undefined),
      float: ({ number }) => number,
      text: ({ string }) => string,
      bytes: ({ binary }) => (typeof binary === 'string' ? hex(binary) : undefined),
    };
    for (const [kind, value] of Object.entries(read)) {
      const subject = codec(everything[kind] ?? boolean());
      const held = examples.filter((example) => value(example) !== undefined);
      expect(held.length).toBeGreaterThan(1);
      for (const example of held) {
        expect(subject.decode(subject.encode(value(example)))).toEqual(value(example));
      }
    }
  });
});
