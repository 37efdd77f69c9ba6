import { QuorateError } from '@quorate/transport';
import { maxLineBytes, maxTraceBytes } from './format.js';

/** Cuts what comes in pieces into lines, and keeps no more than one of them. */
export class LineSplitter {
  readonly #decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  #pieces: Uint8Array[] = [];
  #pending = 0;
  #total = 0;

  /** Bytes of a line that has begun and not ended. */
  get pending(): number {
    return this.#pending;
  }

  /** The lines that end in this piece. Throws Q5034 (a line or the whole is too long) or Q5030 (no UTF-8). */
  *push(piece: Uint8Array): Generator<string> {
    this.#total += piece.length;
    if (this.#total > maxTraceBytes) throw tooLong('file', maxTraceBytes);
    let from = 0;
    for (let end = piece.indexOf(newline); end >= 0; end = piece.indexOf(newline, from)) {
      this.#keep(piece.subarray(from, end));
      from = end + 1;
      yield this.#take();
    }
    // A copy: the caller may reuse its buffer. (A Buffer's `slice` is none.)
    this.#keep(new Uint8Array(piece.subarray(from)));
  }

  #keep(piece: Uint8Array): void {
    this.#pending += piece.length;
    if (this.#pending > maxLineBytes) throw tooLong('line', maxLineBytes);
    if (piece.length > 0) this.#pieces.push(piece);
  }

  #take(): string {
    const [first = new Uint8Array(), ...rest] = this.#pieces;
    const line = rest.length === 0 ? first : joined(this.#pieces, this.#pending);
    this.#pieces = [];
    this.#pending = 0;
    try {
      return this.#decoder.decode(line);
    } catch (error) {
      throw new QuorateError('Q5030', 'the file is no UTF-8', 'name a file that --trace has written', { cause: error });
    }
  }
}

const newline = 10;

function joined(pieces: readonly Uint8Array[], length: number): Uint8Array {
  const whole = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

const tooLong = (what: string, most: number): QuorateError =>
  new QuorateError('Q5034', `a ${what} of the trace is longer than ${most} bytes`, 'trace fewer or shorter values');
