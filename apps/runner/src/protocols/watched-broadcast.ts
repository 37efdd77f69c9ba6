import type { Broadcast, BroadcastFactory, Delivery, Usage } from '@quorate/reliable-broadcast';
import type { NodeId, Schema, Step } from '@quorate/transport';

/** Told what the broadcast under a protocol does, at every node. */
export interface BroadcastWatch {
  /** The message that a node is being told of is one of the broadcast. */
  readonly received: (node: NodeId) => void;
  /** A node delivers a payload. Its bytes are only valid during the call. */
  readonly delivered: (node: NodeId, delivery: Delivery) => void;
}

/** The same broadcast, watched. */
export const watched =
  <M>(broadcast: BroadcastFactory<M>, watch: BroadcastWatch): BroadcastFactory<M> =>
  (options) =>
    new WatchedBroadcast(broadcast(options), options.self, watch);

class WatchedBroadcast<M> implements Broadcast<M> {
  readonly maxPayload: number;
  readonly #broadcast: Broadcast<M>;
  readonly #self: NodeId;
  readonly #watch: BroadcastWatch;

  constructor(broadcast: Broadcast<M>, self: NodeId, watch: BroadcastWatch) {
    this.#broadcast = broadcast;
    this.#self = self;
    this.#watch = watch;
    this.maxPayload = broadcast.maxPayload;
  }

  get schema(): Schema<M> {
    return this.#broadcast.schema;
  }

  get ready(): boolean {
    return this.#broadcast.ready;
  }

  get nextSequence(): number {
    return this.#broadcast.nextSequence;
  }

  input(payload: Uint8Array): Step<M, Delivery> {
    return this.#told(this.#broadcast.input(payload));
  }

  receive(from: NodeId, message: M): Step<M, Delivery> {
    this.#watch.received(this.#self);
    return this.#told(this.#broadcast.receive(from, message));
  }

  reopened(peer: NodeId, incarnation: number): Step<M, Delivery> {
    return this.#told(this.#broadcast.reopened?.(peer, incarnation) ?? []);
  }

  usage(): Usage {
    return this.#broadcast.usage();
  }

  #told(step: Step<M, Delivery>): Step<M, Delivery> {
    for (const effect of step) if (effect.kind === 'output') this.#watch.delivered(this.#self, effect.value);
    return step;
  }
}
