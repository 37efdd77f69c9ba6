/** State of one round, to be used again for another. */
export interface OfRound {
  readonly round: number;
  /** Forgets everything, and stands for `round` from here on. */
  reset(round: number): void;
}

/** The states of the last `length` rounds. Nothing is allocated once every place has been used. */
export class RoundRing<State extends OfRound> {
  readonly length: number;
  readonly #places: (State | undefined)[];
  readonly #make: () => State;

  constructor(length: number, make: () => State) {
    this.length = length;
    this.#places = Array.from({ length }, () => undefined);
    this.#make = make;
  }

  /** How many rounds have a state. */
  get used(): number {
    return this.#places.reduce((used, state) => (state === undefined || state.round < 0 ? used : used + 1), 0);
  }

  /** The state of a round, if there is one. */
  peek(round: number): State | undefined {
    const state = this.#places[round % this.length];
    return state?.round === round ? state : undefined;
  }

  /** The state of a round, made anew if its place stood for another round. */
  at(round: number): State {
    const place = round % this.length;
    let state = this.#places[place];
    if (state === undefined) this.#places[place] = state = this.#make();
    if (state.round !== round) state.reset(round);
    return state;
  }

  /** Lets go of what rounds from `from` on and below `to` hold. */
  clear(from: number, to: number): void {
    for (let round = from; round < to && round < from + this.length; round++) {
      const state = this.#places[round % this.length];
      if (state !== undefined && state.round < to) state.reset(-1);
    }
  }
}
