/**
 * Writes a message again, some of its integers and lengths in other formats that hold them: the same value for a MessagePack
 * library that is not strict.
 */
export function rewrite(message: Uint8Array, choose: (choices: number) => number): Uint8Array {
  const input = Buffer.from(message);
  const output: Buffer[] = [];
  let at = 0;
  while (at < input.length) {
    const token = tokenAt(input, at);
    const forms = token.family === undefined ? [] : formsOf(token.family, token.value);
    output.push(forms[choose(forms.length + 1)] ?? input.subarray(at, at + token.header));
    at += token.header;
    const body = token.family?.body === true ? Number(token.value) : 0;
    output.push(input.subarray(at, at + body));
    at += body;
  }
  return Uint8Array.from(Buffer.concat(output));
}

interface Family {
  /** Formats that carry their value themselves: the first, the last, and what the first stands for. */
  readonly tiny: readonly { readonly from: number; readonly to: number; readonly value: number }[];
  readonly wide: readonly { readonly format: number; readonly size: number; readonly signed: boolean }[];
  /** So many bytes as the value says follow. */
  readonly body: boolean;
}

const unsigned = (first: number, sizes: readonly number[]): Family['wide'] =>
  sizes.map((size, index) => ({ format: first + index, size, signed: false }));

const families: readonly Family[] = [
  {
    tiny: [
      { from: 0, to: 0x7f, value: 0 },
      { from: 0xe0, to: 0xff, value: -0x20 },
    ],
    wide: [...unsigned(0xcc, [1, 2, 4, 8]), ...unsigned(0xd0, [1, 2, 4, 8]).map((form) => ({ ...form, signed: true }))],
    body: false,
  },
  { tiny: [{ from: 0xa0, to: 0xbf, value: 0 }], wide: unsigned(0xd9, [1, 2, 4]), body: true },
  { tiny: [], wide: unsigned(0xc4, [1, 2, 4]), body: true },
  { tiny: [{ from: 0x90, to: 0x9f, value: 0 }], wide: unsigned(0xdc, [2, 4]), body: false },
  { tiny: [{ from: 0x80, to: 0x8f, value: 0 }], wide: unsigned(0xde, [2, 4]), body: false },
];

interface Token {
  readonly family?: Family;
  readonly value: bigint;
  /** Bytes before the body. */
  readonly header: number;
}

function tokenAt(input: Buffer, at: number): Token {
  const byte = input[at] ?? 0;
  for (const family of families) {
    const tiny = family.tiny.find(({ from, to }) => byte >= from && byte <= to);
    if (tiny !== undefined) {
      return { family, value: BigInt(byte - tiny.from + tiny.value), header: 1 };
    }
    const wide = family.wide.find(({ format }) => byte === format);
    if (wide !== undefined) {
      const bits = input.subarray(at + 1, at + 1 + wide.size).reduce((all, each) => (all << 8n) | BigInt(each), 0n);
      return { family, value: wide.signed ? BigInt.asIntN(wide.size * 8, bits) : bits, header: 1 + wide.size };
    }
  }
  return { value: 0n, header: byte === 0xcb ? 9 : 1 };
}

function formsOf(family: Family, value: bigint): Buffer[] {
  const wide = family.wide
    .filter(({ size, signed }) => (signed ? BigInt.asIntN(size * 8, value) : BigInt.asUintN(size * 8, value)) === value)
    .map(({ format, size }) => {
      const bits = Buffer.alloc(8);
      bits.writeBigUInt64BE(BigInt.asUintN(64, value));
      return Buffer.concat([Uint8Array.of(format), bits.subarray(8 - size)]);
    });
  const tiny = family.tiny
    .filter(({ from, to, value: first }) => value >= first && value <= first + to - from)
    .map(({ from, value: first }) => Buffer.of(from + Number(value) - first));
  return [...tiny, ...wide];
}
