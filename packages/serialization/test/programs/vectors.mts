/** Encodes, decodes, hashes and compares with the package as it is resolved here, and prints what came out. */
import { bytes, codec, digestOf, equalBytes, integer, record, Refusal, sha256, text } from '@quorate/serialization';

interface Message {
  readonly sequence: number;
  readonly name: string;
  readonly payload: Uint8Array;
}

const hex = (array: Uint8Array): string => Buffer.from(array).toString('hex');
const letters = (count: number): Uint8Array => new Uint8Array(count).fill(0x61);

function shared(array: Uint8Array): Uint8Array {
  const copy = new Uint8Array(new SharedArrayBuffer(array.length));
  copy.set(array);
  return copy;
}

const subject = codec(
  record<Message>({ sequence: integer({ max: 2 ** 32 - 1 }), name: text({ max: 99 }), payload: bytes({ max: 99 }) }),
);
const value: Message = { sequence: 100_000, name: `é€😀${'x'.repeat(60)}`, payload: letters(40) };
const encoded = subject.encode(value);
const decoded = subject.decode(shared(encoded));
const long = letters(100);
const other = Uint8Array.from(long);
other[99] = 0;
const broken = Uint8Array.from(encoded);
broken[8] = 0xff;

process.stdout.write(
  JSON.stringify({
    sha256: [0, 3, 64, 1000].map((count) => hex(sha256(letters(count)))),
    sharedSha256: hex(sha256(shared(letters(64)))),
    isPrivate: sha256(long).constructor === Uint8Array && sha256(long).buffer.byteLength === 32,
    equalLong: [equalBytes(long, shared(long)), equalBytes(long, other), equalBytes(long, long.subarray(1))],
    equalShort: [0, 1, 39, 40].map((length) => equalBytes(letters(length), shared(letters(length)))),
    differsShort: equalBytes(Uint8Array.of(1, 2), Uint8Array.of(1, 3)),
    encoded: hex(encoded),
    digest: hex(digestOf(subject, value)),
    decoded: decoded instanceof Refusal ? decoded : { ...decoded, payload: hex(decoded.payload) },
    refused: subject.decode(broken),
    // What stands behind `sha256` shows which branch was taken: the one for Node asks for a binary text.
    branch: sha256.toString().includes('binary') ? 'node' : 'portable',
  }),
);
