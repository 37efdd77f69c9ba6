/** What this node proposes when it leads: the values that were put in, oldest first, or what follows from the round. */
import { QuorateError } from '@quorate/transport/contract';
import { same, type Batch, type Opinion } from './value.js';

/** Own values that may wait to be proposed. */
const mostWaiting = 65_536;

export class OwnValues {
  readonly #propose: ((round: number) => Opinion) | undefined;
  readonly #batch: number;
  readonly #waiting: number[] = [];

  constructor(options: { readonly propose: ((round: number) => Opinion) | undefined; readonly batch: number }) {
    this.#propose = options.propose;
    this.#batch = options.batch;
  }

  /** Whether one more may be put in. */
  get ready(): boolean {
    return this.#waiting.length < mostWaiting;
  }

  /** Throws Q7002 on what is no whole number, Q7003 when too many wait. */
  put(value: number): void {
    checkValue(value);
    if (!this.ready) throw new QuorateError('Q7003', `${mostWaiting} values wait to be proposed`, 'wait until `ready`');
    this.#waiting.push(value);
  }

  /** What this node says if it leads a round; `undefined`: it has nothing. Throws Q7002 when `propose` gives what is no batch. */
  proposal(round: number): Opinion {
    if (this.#propose !== undefined) return this.#checked(round, this.#propose(round));
    return this.#waiting.length === 0 ? undefined : this.#waiting.slice(0, this.#batch);
  }

  /** What the caller's function gave goes to all nodes: what cannot be sent is refused here, where its name is known. */
  #checked(round: number, given: Opinion): Opinion {
    if (given === undefined) return undefined;
    if (!Array.isArray(given)) {
      throw new QuorateError('Q7002', `propose(${round}) gave no list`, 'give a list of whole numbers, or undefined');
    }
    const batch: Batch = given.slice(0, this.#batch);
    batch.forEach(checkValue);
    return batch;
  }

  /** What was decided of this node's proposals is not proposed again. */
  decided(decision: Batch): void {
    if (same(decision, this.#waiting.slice(0, decision.length))) this.#waiting.splice(0, decision.length);
  }
}

function checkValue(value: number): void {
  if (Number.isSafeInteger(value)) return;
  throw new QuorateError('Q7002', `${String(value)} is no whole number`, 'propose whole numbers');
}
