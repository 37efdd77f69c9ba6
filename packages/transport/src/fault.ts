/** What a peer did wrong, as a value: peers can never make a protocol throw. */
export interface Fault {
  /** Stable name, such as `double-echo`. The set of names is ours, so it is bounded. */
  readonly kind: string;
  /** `proof`: no correct node does this on an authenticated link. `suspicion`: slowness could look the same. */
  readonly certainty: 'proof' | 'suspicion';
  /** What happened, for people. */
  readonly detail: string;
  /** The pieces that contradict each other, where there are two. Owned by the receiver (never views of a frame). */
  readonly evidence: readonly unknown[];
}
