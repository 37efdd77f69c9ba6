/**
 * Where hosts get their time from. One tick is a millisecond on a real clock, and whatever a test wants on a virtual one.
 *
 * Nothing safe may rest on it: clocks of different nodes drift apart, and a machine that sleeps or is busy fires late. Hosts guard their protocols against
 * what a clock does wrong beyond that: of a timer that fires twice, after it was cancelled, or after it was armed anew, they tell the protocol
 * nothing. One that fires early or late is told when it fires.
 */
export interface Clock {
  /** The time in ticks since some moment. Never goes back. */
  now(): number;
  /** Calls `run` once, `ticks` from now and never within the call, unless the answer is called first. `ticks` is a whole number ≥ 1. */
  schedule(ticks: number, run: () => void): () => void;
}
