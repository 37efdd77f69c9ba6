/** Numbers that every thread of a run can see while it lasts: who looks on asks nobody and disturbs nobody. */
const fields = 4;
const field = { submitted: 0, delivered: 1, faults: 2, lastDelivery: 3 } as const;

/** A node's row. Written by its thread alone. */
export class ProgressRow {
  readonly #cells: Float64Array;
  readonly #start: number;

  constructor(buffer: SharedArrayBuffer, node: number) {
    this.#cells = new Float64Array(buffer);
    this.#start = node * fields;
  }

  /** Values that the node's host accepted. */
  get submitted(): number {
    return this.#cells[this.#start + field.submitted] ?? 0;
  }

  set submitted(count: number) {
    this.#cells[this.#start + field.submitted] = count;
  }

  /** Payloads that the node delivered. */
  get delivered(): number {
    return this.#cells[this.#start + field.delivered] ?? 0;
  }

  set delivered(count: number) {
    this.#cells[this.#start + field.delivered] = count;
  }

  /** Faults that the node reported. */
  get faults(): number {
    return this.#cells[this.#start + field.faults] ?? 0;
  }

  set faults(count: number) {
    this.#cells[this.#start + field.faults] = count;
  }

  /** When it last delivered, in milliseconds since 1970; 0 before the first. */
  get lastDelivery(): number {
    return this.#cells[this.#start + field.lastDelivery] ?? 0;
  }

  set lastDelivery(time: number) {
    this.#cells[this.#start + field.lastDelivery] = time;
  }
}

/** Memory for the rows of so many nodes. */
export const progressBuffer = (nodes: number): SharedArrayBuffer => new SharedArrayBuffer(nodes * fields * 8);
