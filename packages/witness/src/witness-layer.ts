/**
 * The witness contract: a round collector that also says whose reports it has confirmed, and that carries the messages of a
 * layer above through its own broadcast. What stands on witnesses takes any implementation of it.
 */
import type { Collected, RoundValue } from '@quorate/reliable-broadcast';
import type { Group, NodeId, Protocol, Step } from '@quorate/reliable-broadcast/contract';

/** What came out of a round. Later outputs of the round hold everything that earlier ones held. */
export interface Witnessed extends Collected {
  /** At least n − f nodes whose report this node holds in full: every value that a witness named is among `values`. */
  readonly witnesses: ReadonlySet<NodeId>;
}

/** What a layer above says about a round. */
export interface RoundPayload {
  readonly round: number;
  /** Read only, and a part of a larger buffer: copy it to change it. */
  readonly payload: Uint8Array;
}

/** A payload of a layer above, with the node whose it is. All correct nodes get those of one node about one round in the same order. */
export interface RoundDelivery extends RoundPayload {
  readonly sender: NodeId;
}

/** A way through this layer to the same layer of the other nodes. */
export interface RoundChannel<Message, Output> {
  /** Longest payload, in bytes. */
  readonly maxPayload: number;
  /** Sends to all; waits inside while the broadcast below is not ready. Throws Q4103 (nobody stands above, or not a payload). */
  send(payload: RoundPayload): Step<Message, Output>;
}

/** The layer above, as the layer below it sees it. */
export interface LayerAbove<Above> {
  /** Longest payload, in bytes. */
  readonly maxPayload: number;
  /** What stands among the outputs for a payload that came for the layer above. */
  deliver(delivery: RoundDelivery): Above;
}

/** A round collector with witnesses; `Above` is what it puts out for the layer above, if there is one. */
export interface WitnessLayer<Message, Above = never> extends Protocol<RoundValue, Message, Witnessed | Above> {
  /** Longest value, in bytes; `input` throws Q4010 beyond it. */
  readonly maxValue: number;
  /** Rounds below are closed: nothing more comes out of them. */
  readonly lowestRound: number;
  /** How many rounds above `lowestRound` may be put into; twice as many are kept. */
  readonly openRounds: number;
  /** The way for the layer above. */
  readonly above: RoundChannel<Message, Witnessed | Above>;
  /** The witnesses of a round at this moment; none for a round that is not open. */
  witnesses(round: number): ReadonlySet<NodeId>;
  /** This node needs nothing more from rounds below `round`: they are closed, whether or not they came out. Throws Q4011. */
  close(round: number): void;
  /**
   * This node needs nothing more from `round`, and gets nothing more. The round is closed when this node has said what the others need
   * of it, and all rounds below are closed. For rounds that this node takes part in; `close` passes over others. Throws Q4011 beyond the
   * rounds that are kept.
   */
  finish(round: number): void;
}

/** How a layer above receives its witnesses: it names no implementation. */
export type WitnessFactory<Message> = <Above = never>(options: {
  readonly group: Group;
  readonly self: NodeId;
  readonly incarnation?: number;
  readonly above?: LayerAbove<Above>;
}) => WitnessLayer<Message, Above>;
