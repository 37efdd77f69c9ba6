import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { QuorateError } from '@quorate/serialization';
import { reasonOf } from '../reason.js';
import { maxPayload } from '../settings.js';
import { shown } from '../suggest.js';

/** A file cut into values, in memory that all threads share. */
export interface Input {
  readonly path: string;
  /** The size of the pieces in bytes; without it, the file was cut into lines. */
  readonly chunk: number | undefined;
  readonly bytes: SharedArrayBuffer;
  /** Where each value ends. */
  readonly ends: Float64Array<SharedArrayBuffer>;
  /** SHA-256 of the whole file, in hex: also that of its values joined. */
  readonly sha256: string;
}

/** The longest file, in bytes: 1 GiB. */
const maxBytes = 1_073_741_824;
/** The most values of a file: each needs a number of 8 bytes. */
const maxValues = 10_000_000;
/** Read at a time, in bytes. */
const readBytes = 1_048_576;

/** Reads a file and cuts it into chunks, or into lines with their line ends. Throws Q9009. */
export async function readInput(path: string, chunk: number | undefined): Promise<Input> {
  const pieces = await readPieces(path);
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
  if (length === 0) throw new QuorateError('Q9009', `${shown(path)} is empty`, 'name a file with at least one byte');
  const bytes = new SharedArrayBuffer(length);
  const target = new Uint8Array(bytes);
  const hash = createHash('sha256');
  let filled = 0;
  for (const piece of pieces) {
    hash.update(piece);
    target.set(piece, filled);
    filled += piece.length;
  }
  const ends = chunk === undefined ? lineEnds(path, target) : chunkEnds(path, length, chunk);
  return { path, chunk, bytes, ends: shared(ends), sha256: hash.digest('hex') };
}

async function readPieces(path: string): Promise<readonly Buffer[]> {
  try {
    const file = await open(path);
    try {
      const pieces: Buffer[] = [];
      // The size that a file claims is not believed: pipes have none, and files grow.
      for (let length = 0; length <= maxBytes;) {
        const { bytesRead, buffer } = await file.read({ buffer: Buffer.allocUnsafe(readBytes) });
        if (bytesRead === 0) return pieces;
        pieces.push(buffer.subarray(0, bytesRead));
        length += bytesRead;
      }
    } finally {
      await file.close();
    }
  } catch (error) {
    throw new QuorateError('Q9009', `${shown(path)} cannot be read (${reasonOf(error)})`, 'name a file that exists', {
      cause: error,
    });
  }
  throw new QuorateError('Q9009', `${shown(path)} is longer than 1 GiB`, 'split it');
}

function lineEnds(path: string, bytes: Uint8Array): readonly number[] {
  const ends: number[] = [];
  for (let start = 0; start < bytes.length;) {
    const newline = bytes.indexOf(0x0a, start);
    const end = newline < 0 ? bytes.length : newline + 1;
    if (end - start > maxPayload) {
      const hint = `a value has at most ${maxPayload} bytes: cut the file with --chunk BYTES`;
      throw new QuorateError('Q9009', `line ${ends.length + 1} of ${shown(path)} has ${end - start} bytes`, hint);
    }
    checkCount(path, ends.push(end));
    start = end;
  }
  return ends;
}

function chunkEnds(path: string, length: number, chunk: number): readonly number[] {
  const count = Math.ceil(length / chunk);
  checkCount(path, count);
  return Array.from({ length: count }, (_, index) => Math.min(length, (index + 1) * chunk));
}

function checkCount(path: string, count: number): void {
  if (count <= maxValues) return;
  const hint = 'cut it into larger pieces with --chunk BYTES';
  throw new QuorateError('Q9009', `${shown(path)} makes more than ${maxValues} values`, hint);
}

function shared(numbers: readonly number[]): Float64Array<SharedArrayBuffer> {
  const array = new Float64Array(new SharedArrayBuffer(numbers.length * 8));
  array.set(numbers);
  return array;
}
