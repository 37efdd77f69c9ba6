import { QuorateError, Refusal, type Codec } from '@quorate/serialization';
import { abortReason } from './abort.js';
import type { Clock } from './clock.js';
import type {
  Endpoint,
  EndpointObserver,
  EndpointOptions,
  MessageListener,
  ReceiveOptions,
  SendOptions,
} from './endpoint.js';
import { checkContent, checkTag, type Envelope } from './envelope.js';
import type { Fault } from './fault.js';
import { FaultLog, type FaultRecord } from './fault-log.js';
import { Fifo } from './fifo.js';
import type { Group } from './group.js';
import { faultOf, inboxOverrun, malformed } from './host-faults.js';
import { Inbox, type EndpointMessage } from './inbox.js';
import { MessageWriter } from './message-writer.js';
import { failureOf, listenerThrew } from './node-failure.js';
import { nodeId, type NodeId } from './node-id.js';
import { Receivers } from './receivers.js';
import { Submissions } from './submissions.js';
import type { LinkEvent, Transport } from './transport.js';
import { Turns } from './turns.js';

interface Outgoing extends Envelope {
  readonly to: NodeId | 'all';
}

/** How much is kept of each peer. */
export interface InboxBounds {
  readonly inboxMessages: number;
  readonly inboxBytes: number;
  readonly maxPayloadBytes: number;
}

/** The running endpoint behind the `Endpoint` interface. */
export class EndpointHost implements Endpoint {
  readonly group: Group;
  readonly self: NodeId;
  readonly maxPayloadBytes: number;
  readonly failure: Promise<QuorateError | undefined>;
  readonly #transport: Transport;
  readonly #codec: Codec<Envelope>;
  readonly #clock: Clock | undefined;
  readonly #observer: EndpointObserver;
  readonly #writer: MessageWriter<Envelope>;
  readonly #waitingToSend = new Submissions<Outgoing>();
  readonly #receivers = new Receivers();
  readonly #inbox: Inbox;
  readonly #toSelf = new Fifo<EndpointMessage>();
  readonly #listeners = new Set<MessageListener>();
  readonly #faults = new FaultLog();
  readonly #turns: Turns;
  /** Messages of this turn for the listeners. */
  #batch: EndpointMessage[] = [];
  /** Was checked: most messages have the same tag as the one before. */
  #lastTag = '';
  /** Why the endpoint has stopped, if it has. */
  #stopped: QuorateError | undefined;
  #tellStopped: (failure: QuorateError | undefined) => void = () => undefined;

  constructor(options: EndpointOptions, codec: Codec<Envelope>, bounds: InboxBounds) {
    const { transport, clock, onMessages, observer = {} } = options;
    this.group = transport.group;
    this.self = transport.self;
    this.maxPayloadBytes = bounds.maxPayloadBytes;
    this.#transport = transport;
    this.#codec = codec;
    this.#clock = clock;
    this.#observer = observer;
    this.#writer = new MessageWriter(transport, codec);
    this.#inbox = new Inbox(transport.group.n, bounds.inboxMessages, bounds.inboxBytes);
    this.#turns = new Turns(transport, () => this.#endTurn());
    this.failure = new Promise((resolve) => {
      this.#tellStopped = resolve;
    });
    if (onMessages !== undefined) this.#listeners.add(onMessages);
  }

  get faults(): readonly FaultRecord[] {
    return this.#faults.snapshot();
  }

  /** Begins to read. Once. */
  open(): void {
    this.#transport.open({
      frame: (from, bytes, start, end) => this.#frame(from, bytes, start, end),
      turn: this.#turns.end,
      link: (peer, event) => this.#link(peer, event),
      writable: () => this.#turns.soon(),
    });
  }

  send(to: NodeId, payload: Uint8Array, options: SendOptions & { readonly signal?: AbortSignal } = {}): Promise<void> {
    return this.#sendOrWait(to, payload, options);
  }

  broadcast(payload: Uint8Array, options: SendOptions & { readonly signal?: AbortSignal } = {}): Promise<void> {
    return this.#sendOrWait('all', payload, options);
  }

  trySend(to: NodeId | 'all', payload: Uint8Array, options: SendOptions = {}): boolean {
    if (this.#stopped !== undefined) throw this.#stopped;
    const { tag = '', round = 0 } = options;
    const message: Outgoing = { to, tag, round, payload };
    checkContent(message, this.maxPayloadBytes);
    if (tag !== this.#lastTag) checkTag(tag);
    this.#lastTag = tag;
    if (to !== 'all') nodeId(this.group, to);
    if (this.#waitingToSend.size > 0 || !this.#sends()) return false;
    this.#put(message);
    this.#turns.soon();
    return true;
  }

  recv(options: ReceiveOptions = {}): Promise<EndpointMessage> {
    const { signal, timeout } = options;
    if (signal?.aborted === true) return Promise.reject(abortReason(signal));
    try {
      if (this.#stopped !== undefined) throw this.#stopped;
      if (options.from !== undefined) nodeId(this.group, options.from);
      const clock = timeout === undefined ? undefined : this.#clockFor(timeout);
      const kept = this.#inbox.take(options);
      if (kept !== undefined) return Promise.resolve(kept);
      return this.#receivers.wait(options, signal, (giveUp) => this.#startTimeout(clock, timeout ?? 0, giveUp));
    } catch (error) {
      return Promise.reject(error);
    }
  }

  onMessages(listener: MessageListener): () => void {
    // Each call counts by itself, also with the same function.
    const own: MessageListener = (messages) => listener(messages);
    this.#listeners.add(own);
    if (this.#listeners.size === 1) this.#batch = this.#inbox.takeAll().concat(this.#batch);
    if (this.#batch.length > 0) this.#turns.soon();
    return () => void this.#listeners.delete(own);
  }

  close(): Promise<void> {
    this.#stop(undefined);
    return this.failure.then(() => undefined);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #sendOrWait(
    to: NodeId | 'all',
    payload: Uint8Array,
    options: SendOptions & { readonly signal?: AbortSignal },
  ): Promise<void> {
    const { signal, tag = '', round = 0 } = options;
    if (signal?.aborted === true) return Promise.reject(abortReason(signal));
    try {
      if (this.trySend(to, payload, options)) return accepted;
      return this.#waitingToSend.wait({ to, tag, round, payload: new Uint8Array(payload) }, signal);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  #sends(): boolean {
    return !this.#transport.congested && this.#turns.takes;
  }

  #put(message: Outgoing): void {
    this.#turns.took();
    const { to, tag, round, payload } = message;
    if (to === 'all') this.#writer.broadcast(message);
    else if (to !== this.self) this.#writer.send(to, message);
    if (to === 'all' || to === this.self)
      this.#toSelf.push({ from: this.self, tag, round, payload: new Uint8Array(payload) });
  }

  #frame(from: NodeId, bytes: Uint8Array, start: number, end: number): void {
    if (this.#stopped !== undefined) return;
    const envelope = this.#codec.decode(bytes, start, end);
    if (envelope instanceof Refusal) {
      this.#report(from, malformed(envelope, bytes, start, end));
      return;
    }
    const { tag, round, payload } = envelope;
    this.#arrive({ from, tag, round, payload: new Uint8Array(payload) });
  }

  #arrive(message: EndpointMessage): void {
    if (this.#receivers.serve(message)) return;
    if (this.#listeners.size > 0) {
      this.#batch.push(message);
      return;
    }
    const dropped = this.#inbox.put(message);
    for (let count = 0; count < dropped; count++) this.#report(message.from, inboxOverrun);
  }

  #link(peer: NodeId, event: LinkEvent): void {
    if (this.#stopped !== undefined) return;
    const fault = faultOf(event);
    if (fault !== undefined) this.#report(peer, fault);
    this.#watch(() => this.#observer.link?.(peer, event));
  }

  #report(peer: NodeId, fault: Fault): void {
    const count = this.#faults.add(peer, fault);
    this.#watch(() => this.#observer.fault?.(peer, fault, count));
  }

  #watch(tell: () => void): void {
    try {
      tell();
    } catch (error) {
      this.#stop(listenerThrew('the observer', error));
    }
  }

  #clockFor(timeout: number): Clock {
    if (!Number.isSafeInteger(timeout) || timeout < 1) {
      throw new QuorateError('Q3004', `a timeout of ${timeout} ticks`, 'use a whole number of at least 1');
    }
    if (this.#clock !== undefined) return this.#clock;
    const hint = 'pass clock: realClock() of @quorate/transport/clock';
    throw new QuorateError('Q3007', 'a timeout, and the endpoint has no clock', hint);
  }

  #startTimeout(clock: Clock | undefined, ticks: number, giveUp: (reason: unknown) => void): () => void {
    if (clock === undefined) return () => undefined;
    const release = this.#transport.hold();
    const cancel = clock.schedule(ticks, () => {
      giveUp(new QuorateError('Q3013', `no such message within ${ticks} ticks`));
    });
    return () => {
      cancel();
      release();
    };
  }

  #endTurn(): void {
    // What listeners send to themselves meanwhile is for the next turn.
    for (let left = this.#toSelf.size; left > 0; left--) this.#arrive(this.#toSelf.shift());
    while (this.#waitingToSend.size > 0 && this.#sends()) this.#waitingToSend.admit((message) => this.#put(message));
    this.#tellBatch();
    if (this.#stopped !== undefined) return;
    this.#transport.flush();
    if (this.#toSelf.size > 0 || this.#batch.length > 0) this.#turns.later();
  }

  #tellBatch(): void {
    if (this.#batch.length === 0) return;
    const batch = this.#batch;
    this.#batch = [];
    // Whoever was waiting for them has left in between: they are kept like all others.
    if (this.#listeners.size === 0) for (const message of batch) this.#arrive(message);
    try {
      for (const listener of this.#listeners) listener(batch);
    } catch (error) {
      this.#stop(listenerThrew('a listener of the messages', error));
    }
  }

  #stop(failure: QuorateError | undefined): void {
    if (this.#stopped !== undefined) return;
    this.#stopped = failure ?? new QuorateError('Q3005', `the endpoint of node ${this.self} is closed`);
    this.#turns.stop();
    this.#toSelf.clear();
    this.#waitingToSend.rejectAll(this.#stopped);
    this.#receivers.rejectAll(this.#stopped);
    this.#tellBatch();
    this.#transport.close().then(
      () => this.#tellStopped(failure),
      (error: unknown) => this.#tellStopped(failure ?? failureOf(error)),
    );
  }
}

const accepted: Promise<void> = Promise.resolve();
