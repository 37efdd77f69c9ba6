import type { Group } from './group.js';
import type { NodeId } from './node-id.js';

/**
 * Carries frames between the nodes of one group. Links are authenticated (the transport, never a field of a message, says
 * who sent a frame), reliable and in order while they live. Frames to oneself do not exist here: hosts deliver those.
 *
 * **Slow, stopped, lost.** `send` never blocks and never refuses: what the link cannot take at once waits in an outbox of
 * at most `outboxBytes`. A peer whose outbox overruns is cut off: what waited is dropped, both ends learn it (`overrun`),
 * and the link opens again (`reopened`) when the peer reads on. The group goes on meanwhile.
 */
export interface Transport {
  readonly group: Group;
  readonly self: NodeId;
  /** 0 for a node's first life, one more each time it is started anew: what a node names by it never repeats. */
  readonly incarnation: number;
  /** Longest frame, in bytes. */
  readonly maxFrameBytes: number;
  /**
   * True while the outboxes of more than f live links are above their high-water mark. Hosts stop accepting input then,
   * nothing else. Up to f peers that do not read cannot hold up the group: they are cut off when their outbox overruns.
   */
  readonly congested: boolean;
  /** Begins to deliver, from a later turn on. Once. */
  open(handler: TransportHandler): void;
  /** Queues a copy of `bytes[start … end)` for `to`. Throws Q3001 (too long), Q3002 (not open), Q3003 (to oneself). */
  send(to: NodeId, bytes: Uint8Array, start: number, end: number): void;
  /** The same frame to every other node. */
  broadcast(bytes: Uint8Array, start: number, end: number): void;
  /** Publishes what was queued and wakes whoever sleeps. Once per turn, not per frame. */
  flush(): void;
  /**
   * Stop or go on reading, from the next frame on: after `pause` no frame is told until `resume`. A node that does not
   * read is slow for the others, and in the end cut off.
   */
  pause(): void;
  resume(): void;
  /** Runs `run` once in a later turn, when frames that came in meanwhile had their chance; never after `close`. */
  schedule(run: () => void): void;
  /** Declares work that no frame shows (an armed timer), until the answer is called. A group with such work is not quiet. */
  hold(): () => void;
  /** Flushes what the links take at once, closes them, and leaves no handle behind. Idempotent. */
  close(): Promise<void>;
}

/** What a transport tells its host. Called one at a time; none of them may throw. */
export interface TransportHandler {
  /** A frame. `bytes` is only valid during the call and may be shared memory: copy before checking what you keep. */
  frame(from: NodeId, bytes: Uint8Array, start: number, end: number): void;
  /** All frames of this turn were told: flush. */
  turn(): void;
  link(peer: NodeId, event: LinkEvent): void;
  /** `congested` became false. */
  writable(): void;
}

/**
 * What happened to a link:
 * - `opened`: group id and wire version agreed; frames may come and go;
 * - `overrun`: the peer, or we, did not read for so long that frames between us were dropped; `direction` says which
 *   ones: `in` frames from the peer, `out` frames to the peer;
 * - `reopened`: frames flow again after an overrun or a new incarnation of the peer: what was missed must be asked for;
 * - `closed`: the peer left or crashed; `refused`: group id or wire version differ; `malformed`: bytes that are no frame.
 */
export type LinkEvent =
  | { readonly kind: 'opened'; readonly incarnation: number }
  | { readonly kind: 'overrun'; readonly direction: 'in' | 'out'; readonly droppedBytes: number }
  | { readonly kind: 'reopened'; readonly incarnation: number }
  | { readonly kind: 'closed'; readonly reason: string }
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'malformed'; readonly reason: string };
