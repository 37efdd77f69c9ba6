/** Long work on the main thread, cut into pieces: in between, signals are heard and progress is shown. */
import { setImmediate as nextTurn } from 'node:timers/promises';

/** A piece of work lasts so long at most, in milliseconds: whoever presses Ctrl-C waits no longer. */
const pieceMs = 25;

/** How far the work has come. */
export type Told = (done: number, total: number) => void;

/** Asked again and again by the work whether it shall go on. */
export class Pace {
  readonly #stopped: () => boolean;
  readonly #told: Told;
  #pieceEnds: number;

  constructor(stopped: () => boolean, told: Told = () => undefined) {
    this.#stopped = stopped;
    this.#told = told;
    this.#pieceEnds = performance.now() + pieceMs;
  }

  /** Whether the piece has lasted long enough: then it is time for {@link goesOn}. */
  get due(): boolean {
    return performance.now() >= this.#pieceEnds;
  }

  /** Tells how far the work has come, lets events in, and answers whether the work shall go on. */
  async goesOn(done: number, total: number): Promise<boolean> {
    this.#told(done, total);
    await nextTurn();
    this.#pieceEnds = performance.now() + pieceMs;
    return !this.#stopped();
  }
}
