/**
 * What turning messages into bytes and back costs: one thread encodes a small vote into a buffer that it reuses and decodes it again,
 * beside @msgpack/msgpack doing the same with the array of its fields. The library neither checks bounds nor builds the
 * object, so it does less work. What this does not show: caches filled by a protocol, and large payloads.
 */
import { Decoder, Encoder } from '@msgpack/msgpack';
import { bytes, codec, integer, Refusal, sha256, union } from '@quorate/serialization';
import { median } from './statistics.js';

interface Vote {
  readonly kind: 'vote';
  readonly sender: number;
  readonly sequence: number;
  /** 32 bytes. */
  readonly value: Uint8Array;
}

/** Operations a second: one is an encoding and a decoding. */
export interface SerializationBenchResult {
  readonly ours: number;
  readonly baseline: { readonly name: string; readonly opsPerSecond: number };
  /** Medians, in microseconds. */
  readonly details: Readonly<Record<string, number>>;
}

/** Operations between two looks at the clock. */
const batch = 20_000;
const warmUpRounds = 10;

const voteCodec = codec(
  union<Vote>({
    vote: {
      sender: integer({ max: 255 }),
      sequence: integer({ max: 2 ** 32 - 1 }),
      value: bytes({ min: 32, max: 32 }),
    },
  }),
);
const vote: Vote = { kind: 'vote', sender: 3, sequence: 100_000, value: new Uint8Array(32).fill(7) };

/** Measures for about `seconds`, the kinds of work in turn, so that whatever else the machine does meets all of them. */
export async function benchSerialization(options: {
  seconds: number;
  signal: AbortSignal;
}): Promise<SerializationBenchResult> {
  const work = {
    both: voteBoth(),
    encode: voteEncode(),
    decode: voteDecode(),
    library: libraryBoth(),
    digest: digest64(),
  };
  const micros = { both: [0], encode: [0], decode: [0], library: [0], digest: [0] };
  const names = ['both', 'encode', 'decode', 'library', 'digest'] as const;
  const until = performance.now() + options.seconds * 1000;
  for (let round = 0; round < warmUpRounds + 3 || performance.now() < until; round++) {
    for (const name of names) {
      const taken = measured(work[name]);
      if (round === warmUpRounds) micros[name] = [taken];
      else if (round > warmUpRounds) micros[name].push(taken);
    }
    // The event loop of whoever called stays alive.
    await new Promise((resolve) => setImmediate(resolve));
    options.signal.throwIfAborted();
  }
  return {
    ours: 1e6 / median(micros.both),
    baseline: {
      name: '@msgpack/msgpack, the array of the fields, encoder and decoder reused',
      opsPerSecond: 1e6 / median(micros.library),
    },
    details: {
      encodeMicros: median(micros.encode),
      decodeMicros: median(micros.decode),
      encodeAndDecodeMicros: median(micros.both),
      libraryEncodeAndDecodeMicros: median(micros.library),
      digestOf64BytesMicros: median(micros.digest),
    },
  };
}

/** Microseconds an operation takes. The sum keeps the compiler from leaving the work out. */
function measured(operation: () => number): number {
  let sum = 0;
  const start = performance.now();
  for (let i = 0; i < batch; i++) sum += operation();
  const taken = performance.now() - start;
  if (!(sum > 0)) throw new Error('an operation did nothing');
  return (taken * 1000) / batch;
}

function voteBoth(): () => number {
  const target = new Uint8Array(64);
  return () => sequenceOf(voteCodec.decode(target, 0, voteCodec.encodeInto(vote, target, 0)));
}

function voteEncode(): () => number {
  const target = new Uint8Array(64);
  return () => voteCodec.encodeInto(vote, target, 0);
}

function voteDecode(): () => number {
  const encoded = voteCodec.encode(vote);
  return () => sequenceOf(voteCodec.decode(encoded));
}

function sequenceOf(decoded: Vote | Refusal): number {
  if (decoded instanceof Refusal) throw new Error(`a vote was refused: ${decoded.reason}`);
  return decoded.sequence;
}

function libraryBoth(): () => number {
  const encoder = new Encoder();
  const decoder = new Decoder();
  return () => {
    const decoded = decoder.decode(encoder.encodeSharedRef([0, vote.sender, vote.sequence, vote.value]));
    return Array.isArray(decoded) ? Number(decoded[2]) : 0;
  };
}

function digest64(): () => number {
  const input = new Uint8Array(64).fill(7);
  return () => sha256(input).length;
}
