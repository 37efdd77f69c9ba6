import { QuorateError, Refusal, type Codec } from '@quorate/serialization';
import { abortReason } from './abort.js';
import { isDurable, isTimed, type AnyProtocol } from './any-protocol.js';
import { Commits, type Leaving, type Restored } from './commits.js';
import { Effects } from './effects.js';
import type { FaultRecord } from './fault-log.js';
import { Fifo } from './fifo.js';
import { faultOf, malformed } from './host-faults.js';
import { failureOf, GuardedObserver, listenerThrew, Unacceptable } from './node-failure.js';
import type { NodeId } from './node-id.js';
import type { Node, NodeBasics } from './node.js';
import type { NodeCounters } from './node-observer.js';
import { Outputs, type OutputListener } from './outputs.js';
import { Reading } from './reading.js';
import { noEffects, type Step } from './step.js';
import { Submissions } from './submissions.js';
import { Timers } from './timers.js';
import type { LinkEvent, Transport } from './transport.js';
import { Turns } from './turns.js';

/** Messages to itself that a node handles in one turn: a protocol that talks to itself alone must not shut out the others. */
const localPerTurn = 4096;

/** Outputs that may wait for a reader, unless our caller says otherwise. */
export const defaultOutputBuffer = 65_536;

/** The running node behind the `Node` interface. */
export class NodeHost<Input, Message, Output, Timer, Record> implements Node<Input, Output> {
  readonly self: NodeId;
  readonly failure: Promise<QuorateError | undefined>;
  readonly #transport: Transport;
  readonly #protocol: AnyProtocol<Input, Message, Output, Timer, Record>;
  readonly #codec: Codec<Message>;
  readonly #observer: GuardedObserver<Message, Output> | undefined;
  readonly #local = new Fifo<Message>();
  readonly #outputs: Outputs<Output>;
  readonly #submissions = new Submissions<Input>();
  readonly #timers: Timers<Timer>;
  readonly #turns: Turns;
  readonly #reading: Reading;
  readonly #effects: Effects<Message, Output, Timer, Record>;
  /** Of a protocol with records; the others pay nothing for it. */
  readonly #commits: Commits<Message, Output, Record> | undefined;
  readonly #restored: Restored<Record> | undefined;
  /** The group is not quiet while records are on their way to the disk. */
  #release: (() => void) | undefined;
  /** Why the node has stopped, if it has. */
  #stopped: QuorateError | undefined;
  #tellStopped: (failure: QuorateError | undefined) => void = () => undefined;
  /** An event is being handled: nothing else may begin. */
  #busy = false;
  #localBudget = localPerTurn;
  readonly #count = { inputs: 0, messagesIn: 0, messagesToSelf: 0, bytesIn: 0 };

  constructor(
    options: NodeBasics<Message, Output>,
    protocol: AnyProtocol<Input, Message, Output, Timer, Record>,
    codec: Codec<Message>,
    restored: Restored<Record> | undefined,
  ) {
    const { transport, clock, onOutputs, observer, outputBuffer = defaultOutputBuffer } = options;
    this.self = transport.self;
    this.#transport = transport;
    this.#protocol = protocol;
    this.#codec = codec;
    this.#observer = observer === undefined ? undefined : new GuardedObserver(observer);
    this.#outputs = new Outputs(outputBuffer, () => this.#goOn());
    this.#turns = new Turns(transport, () => this.#endTurn());
    this.#reading = new Reading(transport);
    this.#timers = new Timers<Timer>(
      clock,
      () => transport.hold(),
      (timer) => this.#expire(timer),
    );
    this.#restored = restored;
    if (restored !== undefined) {
      this.#commits = new Commits(transport.self, restored, {
        durable: (leaving) => this.#durable(leaving),
        failed: (error) => this.#fail(error),
        toSelf: (message) => this.#local.push(message),
      });
    }
    this.#effects = new Effects({
      transport,
      codec,
      observer: this.#observer,
      local: this.#local,
      outputs: this.#outputs,
      timers: this.#timers,
      commits: this.#commits,
      reading: this.#reading,
    });
    this.failure = new Promise((resolve) => {
      this.#tellStopped = resolve;
    });
    if (onOutputs !== undefined) this.#outputs.listen(onOutputs);
  }

  get faults(): readonly FaultRecord[] {
    return this.#effects.faults.snapshot();
  }

  get counters(): NodeCounters {
    const { messages: messagesOut, bytes: bytesOut, outputs, faults } = this.#effects;
    const { records = 0, commits = 0 } = this.#commits ?? {};
    return { ...this.#count, outputs, messagesOut, bytesOut, faults: faults.total, records, commits };
  }

  /** Tells the protocol what earlier lives have persisted, then begins to read. Once. Throws what the protocol says of its records. */
  open(): void {
    const step = this.#restore();
    this.#transport.open({
      frame: (from, bytes, start, end) => this.#frame(from, bytes, start, end),
      turn: this.#turns.end,
      link: (peer, event) => this.#link(peer, event),
      writable: () => this.#turns.soon(),
    });
    if (step.length > 0) this.#event(() => step);
  }

  #restore(): Step<Message, Output, Timer, Record> {
    const restored = this.#restored;
    if (restored === undefined || !isDurable(this.#protocol)) return noEffects;
    this.#observer?.restored(restored.records.length, restored.cut);
    try {
      return this.#protocol.restore(restored.records);
    } catch (error) {
      throw error instanceof QuorateError ? error : failureOf(error);
    }
  }

  submit(value: Input, options: { readonly signal?: AbortSignal } = {}): Promise<void> {
    const { signal } = options;
    if (signal?.aborted === true) return Promise.reject(abortReason(signal));
    try {
      return this.trySubmit(value) ? accepted : this.#submissions.wait(value, signal);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  trySubmit(value: Input): boolean {
    if (this.#stopped !== undefined) throw this.#stopped;
    if (this.#submissions.size > 0 || !this.#accepting()) return false;
    this.#input(value);
    this.#turns.soon();
    return true;
  }

  onOutputs(listener: OutputListener<Output>): () => void {
    const remove = this.#outputs.listen(listener);
    if (this.#outputs.pending) this.#turns.soon();
    return remove;
  }

  outputs(options: { readonly signal?: AbortSignal } = {}): AsyncIterableIterator<Output> {
    return this.#outputs.iterate(options.signal);
  }

  close(): Promise<void> {
    // Asked for in the middle of a step (by an observer): the step is applied whole first.
    if (this.#busy && this.#isOpen()) return accepted.then(() => this.close());
    this.#stop(undefined);
    return this.failure.then(() => undefined);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #frame(from: NodeId, bytes: Uint8Array, start: number, end: number): void {
    if (this.#stopped !== undefined) return;
    this.#count.messagesIn++;
    this.#count.bytesIn += end - start;
    this.#busy = true;
    try {
      const message = this.#codec.decode(bytes, start, end);
      if (message instanceof Refusal) {
        this.#effects.report(from, malformed(message, bytes, start, end));
      } else {
        if (this.#observer !== undefined) this.#observer.received(from, message, end - start);
        this.#effects.apply(this.#protocol.receive(from, message));
      }
    } catch (error) {
      this.#fail(error);
    }
    this.#busy = false;
    if (this.#local.size > 0) this.#deliverLocal();
  }

  /** What the node has sent to itself, until it has nothing more to say or the others must have a turn. */
  #deliverLocal(): void {
    this.#busy = true;
    while (this.#local.size > 0 && this.#localBudget > 0 && this.#stopped === undefined) {
      this.#localBudget--;
      this.#count.messagesToSelf++;
      const message = this.#local.shift();
      try {
        if (this.#observer !== undefined) this.#observer.received(this.self, message, 0);
        this.#effects.apply(this.#protocol.receive(this.self, message));
      } catch (error) {
        this.#fail(error);
      }
    }
    this.#busy = false;
  }

  /** What has waited for its records leaves. */
  #durable(leaving: Fifo<Leaving<Message, Output>>): void {
    if (!this.#isOpen()) return;
    this.#busy = true;
    try {
      this.#effects.leave(leaving);
    } catch (error) {
      this.#fail(error);
    }
    this.#busy = false;
    if (this.#isOpen()) this.#reading.choke(this.#commits?.overfull === true);
    this.#turns.soon();
  }

  #link(peer: NodeId, event: LinkEvent): void {
    this.#event(() => {
      this.#observer?.link(peer, event);
      const fault = faultOf(event);
      if (fault !== undefined) this.#effects.report(peer, fault);
      return this.#missed(event) ? (this.#protocol.reopened?.(peer, event.incarnation) ?? noEffects) : noEffects;
    });
  }

  /** Whether frames of the peer went by before the link opened: after a cut, or because one of both was started anew. */
  #missed(event: LinkEvent): event is Extract<LinkEvent, { readonly kind: 'opened' | 'reopened' }> {
    if (event.kind === 'opened') return this.#transport.incarnation > 0 || event.incarnation > 0;
    return event.kind === 'reopened';
  }

  /** Answers whether the node could look. */
  #expire(timer: Timer): boolean {
    if (this.#busy || this.#reading.stalled) {
      this.#turns.later();
      return false;
    }
    this.#event(() => {
      if (!isTimed(this.#protocol)) throw new QuorateError('Q1005', 'the protocol armed a timer and has no `expire`');
      return this.#protocol.expire(timer);
    });
    return true;
  }

  /** One of the rarer events, for which a closure is no cost. */
  #event(happen: () => Step<Message, Output, Timer, Record>): void {
    if (this.#stopped !== undefined) return;
    this.#busy = true;
    try {
      this.#effects.apply(happen());
    } catch (error) {
      this.#fail(error);
    }
    this.#busy = false;
    this.#deliverLocal();
    this.#turns.soon();
  }

  #accepting(): boolean {
    if (this.#stopped !== undefined || this.#busy || this.#reading.stalled) return false;
    if (this.#commits !== undefined && this.#commits.full) return false;
    return this.#protocol.ready && !this.#transport.congested && this.#turns.takes;
  }

  /** Our own caller's value. What the protocol says of an unacceptable one is thrown, and nothing has happened. */
  #input(value: Input): void {
    this.#busy = true;
    try {
      const step = this.#ask(value);
      this.#count.inputs++;
      this.#turns.took();
      this.#effects.apply(step);
    } catch (error) {
      this.#busy = false;
      if (error instanceof Unacceptable) throw error.reason;
      this.#fail(error);
    }
    this.#busy = false;
    if (this.#local.size > 0) this.#deliverLocal();
    if (this.#stopped !== undefined) throw this.#stopped;
  }

  #ask(value: Input): Step<Message, Output, Timer, Record> {
    try {
      return this.#protocol.input(value);
    } catch (error) {
      throw error instanceof QuorateError ? new Unacceptable(error) : error;
    }
  }

  /** After all events of a turn: whoever waited gets his turn, the outputs are told, what was sent leaves. */
  #endTurn(): void {
    this.#localBudget = localPerTurn;
    while (this.#timers.late && !this.#reading.stalled && !this.#busy && this.#isOpen()) this.#timers.tellLate();
    this.#deliverLocal();
    this.#admit();
    this.#tellOutputs();
    if (!this.#isOpen()) return;
    this.#transport.flush();
    if (this.#commits !== undefined) this.#commit(this.#commits);
    if (this.#local.size > 0 || this.#outputs.pending) this.#turns.later();
  }

  /** The records of a turn are written together. */
  #commit(commits: Commits<Message, Output, Record>): void {
    commits.begin();
    if (commits.pending) {
      this.#release ??= this.#transport.hold();
    } else if (this.#release !== undefined) {
      this.#release();
      this.#release = undefined;
    }
  }

  #admit(): void {
    while (this.#submissions.size > 0 && this.#accepting()) this.#submissions.admit((value) => this.#input(value));
  }

  #tellOutputs(): void {
    try {
      this.#outputs.endTurn();
    } catch (error) {
      this.#fail(listenerThrew('a listener of the outputs', error));
    }
  }

  /** A reader of the outputs has made room. */
  #goOn(): void {
    if (!this.#reading.stalled || !this.#isOpen()) return;
    this.#reading.stall(false);
    this.#turns.soon();
  }

  /** An invariant is broken: a node that went on could lie. */
  #fail(error: unknown): void {
    this.#stop(failureOf(error));
  }

  #stop(failure: QuorateError | undefined): void {
    if (this.#stopped !== undefined) return;
    this.#stopped = failure ?? new QuorateError('Q3005', `node ${this.self} is closed`);
    this.#timers.clear();
    this.#turns.stop();
    this.#local.clear();
    this.#submissions.rejectAll(this.#stopped);
    this.#tellOutputs();
    this.#outputs.end(failure);
    Promise.all([this.#transport.close(), this.#commits?.close()]).then(
      () => this.#tellStopped(failure),
      (error: unknown) => this.#tellStopped(failure ?? failureOf(error)),
    );
  }

  #isOpen(): boolean {
    return this.#stopped === undefined;
  }
}

const accepted: Promise<void> = Promise.resolve();
