/** Where hosts get their time from. One tick is a millisecond on a real clock, and whatever a test wants on a virtual one. */
export interface Clock {
  /** The time in ticks since some moment. Never goes back. */
  now(): number;
  /** Calls `run` once, `ticks` from now, unless the answer is called first. `ticks` is a whole number ≥ 1. */
  schedule(ticks: number, run: () => void): () => void;
}
