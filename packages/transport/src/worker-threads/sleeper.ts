import type { MessagePort } from 'node:worker_threads';
import { awake, deaf, parked, wakeWord } from './layout.js';

/**
 * Wakes the node if it sleeps. `reading`: only if it sleeps as a reader. What it is woken for was published before: it looks again
 * after it has said that it sleeps, so one of both sees the other, and the doorbell is rung at most once per sleep.
 */
export function wake(states: Int32Array, node: number, doorbell: MessagePort, reading: boolean): void {
  const word = wakeWord(node);
  const state = Atomics.load(states, word);
  if (state === awake || (reading && state === deaf)) return;
  if (Atomics.compareExchange(states, word, state, awake) === state) doorbell.postMessage(0);
}

/** Says that the node sleeps. */
export function fallAsleep(states: Int32Array, node: number, reading: boolean): void {
  Atomics.store(states, wakeWord(node), reading ? parked : deaf);
}

/** Wakes ourselves; false when somebody else was faster, and the doorbell is on its way. */
export function wakeUp(states: Int32Array, node: number): boolean {
  return Atomics.exchange(states, wakeWord(node), awake) !== awake;
}

/** How many threads of the group are awake, this one included. */
export function awakeThreads(states: Int32Array, nodes: number): number {
  let count = 0;
  for (let node = 0; node < nodes; node++) if (Atomics.load(states, wakeWord(node)) === awake) count++;
  return count;
}
