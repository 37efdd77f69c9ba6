import { createHash } from 'node:crypto';

/** SHA-256 of many small pieces: they are joined in a slab first, because each update has a price. */
export class JoinedDigest {
  readonly #hash = createHash('sha256');
  readonly #slab = new Uint8Array(65_536);
  #filled = 0;

  add(piece: Uint8Array): void {
    if (this.#filled + piece.length > this.#slab.length) this.#drain();
    if (piece.length > this.#slab.length) {
      this.#hash.update(piece);
      return;
    }
    this.#slab.set(piece, this.#filled);
    this.#filled += piece.length;
  }

  hex(): string {
    this.#drain();
    return this.#hash.digest('hex');
  }

  #drain(): void {
    this.#hash.update(this.#slab.subarray(0, this.#filled));
    this.#filled = 0;
  }
}
