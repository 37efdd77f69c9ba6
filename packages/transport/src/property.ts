/** What an outside observer says when a promise was broken. */
export interface Violation {
  /** The property, as its protocol's documentation names it: `RBC4 agreement`. */
  readonly property: string;
  /** Safety: something bad happened. Liveness: the run ended, and something that had to happen did not. */
  readonly kind: 'safety' | 'liveness';
  /** What happened, with nodes and instances. */
  readonly detail: string;
}
