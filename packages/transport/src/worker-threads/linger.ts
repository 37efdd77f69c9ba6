/** How long a thread looks again before it sleeps, in milliseconds: to be woken takes about as long. */
const lingerMs = 0.05;
/** After so many times in vain … */
const patience = 3;
/** … only every so-manieth sleep is put off, to find out whether that has changed. */
const probeEvery = 64;

/**
 * Decides whether to look again before sleeping. It pays when whoever answers runs on another processor; when both share
 * one, or the machine is busy, it only keeps the other from answering. So it goes by how it went lately.
 */
export class Linger {
  #since = 0;
  #inVain = 0;
  #sleeps = 0;
  #lingering = false;

  /** `told`: something came since the last call. `now` in milliseconds. */
  again(told: boolean, now: number): boolean {
    if (told) {
      if (this.#lingering) this.#inVain = 0;
      this.#lingering = this.#inVain < patience || this.#sleeps++ % probeEvery === 0;
      this.#since = now;
    } else if (this.#lingering && now - this.#since >= lingerMs) {
      this.#lingering = false;
      this.#inVain++;
    }
    return this.#lingering;
  }
}
