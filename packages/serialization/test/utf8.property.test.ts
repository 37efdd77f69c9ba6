import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { codec, Refusal, text } from '../src/index.js';
import { compareUtf8, readUtf8, utf8Length, writeUtf8 } from '../src/utf8.js';

const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 100 }),
  // Code units at the ends of their ranges, halves of pairs among them.
  fc
    .array(
      fc.constantFrom(0, 0x7f, 0x80, 0x7ff, 0x800, 0xd7ff, 0xd800, 0xdbff, 0xdc00, 0xdfff, 0xe000, 0xfeff, 0xffff),
      { maxLength: 60 },
    )
    .map((units) => String.fromCharCode(...units)),
);

const wellFormed = (value: string): boolean => !/\p{Surrogate}/u.test(value);

/** Bytes that are nearly UTF-8: pieces of valid, overlong, surrogate and truncated sequences. */
const pieces = [
  '41',
  'c2 80',
  'c0 80',
  'c1 bf',
  'df bf',
  'e0 80 80',
  'e0 a0 80',
  'ed 9f bf',
  'ed a0 80',
  'ef bb bf',
  'ef bf bf',
  'f0 80 80 80',
  'f0 90 80 80',
  'f4 8f bf bf',
  'f4 90 80 80',
  'f8 88 80 80 80',
  'fe',
  'ff',
  '80',
  'bf',
  'c2',
  'e2 82',
  'f0 9f 98',
];
const nearlyUtf8 = fc
  .array(fc.oneof(fc.constantFrom(...pieces), fc.constant('61'.repeat(30))), { maxLength: 6 })
  .map((parts) => Uint8Array.from(Buffer.from(parts.join('').replaceAll(' ', ''), 'hex')));

describe('UTF-8', () => {
  it('is written as the platform writes it, and text without an encoding has no length', () => {
    fc.assert(
      fc.property(anyText, (value) => {
        const expected = new TextEncoder().encode(value);
        expect(utf8Length(value)).toBe(wellFormed(value) ? expected.length : -1);
        if (wellFormed(value)) {
          const target = new Uint8Array(expected.length + 3);
          expect(writeUtf8(value, expected.length, target, 2)).toBe(expected.length + 2);
          expect(target.subarray(2, -1)).toEqual(expected);
          expect(readUtf8(target, 2, expected.length)).toBe(value);
          const shared = new Uint8Array(new SharedArrayBuffer(expected.length));
          expect(writeUtf8(value, expected.length, shared, 0)).toBe(expected.length);
          expect(Uint8Array.from(shared)).toEqual(expected);
          expect(writeUtf8(value, expected.length, new Uint8Array(1), 0)).toBe(expected.length);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('is accepted exactly if the strict decoder of the platform accepts it, also in shared memory', () => {
    const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
    fc.assert(
      fc.property(nearlyUtf8, (bytes) => {
        let expected: string | undefined;
        try {
          expected = strict.decode(bytes);
        } catch {
          expected = undefined;
        }
        const shared = new Uint8Array(new SharedArrayBuffer(bytes.length + 2));
        shared.set(bytes, 1);
        expect(readUtf8(bytes, 0, bytes.length)).toBe(expected);
        expect(readUtf8(shared, 1, bytes.length)).toBe(expected);
      }),
      { numRuns: 2000 },
    );
  });

  it.each(
    pieces.filter(
      (piece) =>
        ![
          '41',
          'c2 80',
          'df bf',
          'e0 a0 80',
          'ed 9f bf',
          'ef bb bf',
          'ef bf bf',
          'f0 90 80 80',
          'f4 8f bf bf',
        ].includes(piece),
    ),
  )('is none in %s', (piece) => {
    const bytes = Buffer.from(piece.replaceAll(' ', ''), 'hex');
    const subject = codec(text({ max: 9 }));
    expect(subject.decode(Uint8Array.of(0xa0 + bytes.length, ...bytes))).toMatchObject({
      reason: 'invalid-utf8',
      offset: 1,
    });
  });

  it('keeps a byte order mark: it is part of the text', () => {
    const subject = codec(text({ max: 9 }));
    expect(subject.decode(subject.encode('\ufeffa'))).toBe('\ufeffa');
    expect(subject.decode(Uint8Array.of(0xa1, 0x61))).not.toBeInstanceOf(Refusal);
  });

  it('orders text by its bytes', () => {
    fc.assert(
      fc.property(anyText.filter(wellFormed), anyText.filter(wellFormed), (a, b) => {
        expect(Math.sign(compareUtf8(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)));
      }),
      { numRuns: 1000 },
    );
  });
});
