/**
 * The broadcast contract: what stands under every layer above, and what one implementation is swapped for another by.
 *
 * A broadcast takes payloads of its own node and delivers payloads of all nodes, each under (sender, sequence). What it
 * promises beyond that is the implementation's: reliable broadcast promises that all correct nodes deliver the same,
 * best effort promises nothing about a sender that lies.
 */
import { QuorateError, type Group, type NodeId, type Protocol } from '@quorate/transport/contract';

/** A payload of `sender`, under the number the sender gave it. */
export interface Delivery {
  readonly sender: NodeId;
  /** Counts the sender's payloads from 0; a sender in its k-th later life counts from k · 2^42, so numbers never repeat. */
  readonly sequence: number;
  /** Read only, and a part of a larger buffer: copy it to change it, or to keep it for long. */
  readonly payload: Uint8Array;
}

/** A broadcast protocol with its messages of type `Message`. */
export interface Broadcast<Message> extends Protocol<Uint8Array, Message, Delivery> {
  /** Longest payload, in bytes; `input` throws Q4001 beyond it. */
  readonly maxPayload: number;
  /** The number that the next input gets. */
  readonly nextSequence: number;
  /** What the node retains at this moment, and the bounds on it. */
  usage(): Usage;
}

/** What every implementation is built from. */
export interface BroadcastOptions {
  readonly group: Group;
  readonly self: NodeId;
  /** How often this node was started anew without its memory; 0 at first. */
  readonly incarnation?: number;
  /** Longest payload, in bytes. Default 1 MiB. */
  readonly maxPayload?: number;
}

/** How a layer above receives its broadcast: it names no implementation. */
export type BroadcastFactory<Message> = (options: BroadcastOptions) => Broadcast<Message>;

/** Resource counters. Arrays are indexed by node. */
export interface Usage {
  /** Open (not yet delivered) instances by sender, at most `maxOpenInstances` each. */
  readonly openInstances: readonly number[];
  readonly maxOpenInstances: number;
  /** Payload bytes in open instances by the peer that brought them first, at most `maxRetainedBytes` each. */
  readonly retainedBytes: readonly number[];
  readonly maxRetainedBytes: number;
  /** Payload bytes of delivered instances kept for nodes that catch up, by sender, at most `maxLoggedBytes` each. */
  readonly loggedBytes: readonly number[];
  readonly maxLoggedBytes: number;
}

/** Default of {@link BroadcastOptions.maxPayload}: 1 MiB. */
export const defaultMaxPayload: number = 1024 * 1024;

/** Throws Q4001 unless the payload is at most `maxPayload` bytes. */
export function checkPayload(payload: Uint8Array, maxPayload: number): void {
  if (payload instanceof Uint8Array && payload.length <= maxPayload) return;
  throw new QuorateError(
    'Q4001',
    `a payload is at most ${maxPayload} bytes long, not ${payload?.length}`,
    'split it, or raise maxPayload on every node',
  );
}
