import { QuorateError, Refusal, type Codec } from '@quorate/serialization';
import type { Clock } from './clock.js';
import type { Fault } from './fault.js';
import { FaultLog, type FaultRecord } from './fault-log.js';
import { abortReason } from './abort.js';
import { Fifo } from './fifo.js';
import { MessageWriter } from './message-writer.js';
import type { NodeId } from './node-id.js';
import type { Node } from './node.js';
import type { NodeCounters, NodeObserver } from './node-observer.js';
import { Outputs, type OutputListener } from './outputs.js';
import type { Protocol, TimedProtocol } from './protocol.js';
import { noEffects, type Effect, type Step } from './step.js';
import { Submissions } from './submissions.js';
import { Timers } from './timers.js';
import type { LinkEvent, Transport } from './transport.js';

/** Messages to itself that a node handles in one turn; a protocol that talks to itself alone must not shut out the others. */
const localPerTurn = 4096;
/** Waiting submits that are let in in one turn. */
const admissionsPerTurn = 1024;
/** Bytes of a malformed message that are kept as evidence. */
const evidenceBytes = 256;

type AnyProtocol<Input, Message, Output, Timer> =
  | Protocol<Input, Message, Output, Timer>
  | TimedProtocol<Input, Message, Output, Timer>;

interface Setup<Input, Message, Output, Timer> {
  readonly transport: Transport;
  readonly protocol: AnyProtocol<Input, Message, Output, Timer>;
  readonly codec: Codec<Message>;
  readonly clock?: Clock;
  readonly outputBuffer: number;
  readonly onOutputs?: OutputListener<Output>;
  readonly observer?: NodeObserver<Message, Output>;
}

/** The running node behind the `Node` interface. */
export class NodeHost<Input, Message, Output, Timer> implements Node<Input, Output> {
  readonly self: NodeId;
  readonly failure: Promise<QuorateError | undefined>;
  readonly #transport: Transport;
  readonly #protocol: AnyProtocol<Input, Message, Output, Timer>;
  readonly #codec: Codec<Message>;
  readonly #observer: NodeObserver<Message, Output> | undefined;
  readonly #writer: MessageWriter<Message>;
  readonly #local = new Fifo<Message>();
  readonly #outputs: Outputs<Output>;
  readonly #submissions = new Submissions<Input>();
  readonly #faults = new FaultLog();
  readonly #timers: Timers<Timer>;
  /** Timers that ran out while the node could not look at them. As many as the protocol names. */
  readonly #late = new Fifo<Timer>();
  /** Why the node has stopped, if it has. */
  #stopReason: QuorateError | undefined;
  #tellStopped: (failure: QuorateError | undefined) => void = () => undefined;
  /** An event is being handled: nothing else may begin. */
  #busy = false;
  /** The end of a turn is being handled: whoever sends need not see to the flush. */
  #turning = false;
  /** The end of a turn was asked for. */
  #soon = false;
  /** Nobody reads the outputs: the node does not read either. */
  #stalled = false;
  #localBudget = localPerTurn;
  #releaseLater: (() => void) | undefined;
  readonly #soonTurn = (): void => {
    this.#soon = false;
    this.#endTurn();
  };
  readonly #laterTurn = (): void => this.#endTurn();
  readonly #admit = (value: Input): void => this.#input(value);
  #inputs = 0;
  #outputCount = 0;
  #messagesIn = 0;
  #messagesToSelf = 0;
  #bytesIn = 0;

  constructor(setup: Setup<Input, Message, Output, Timer>) {
    const { transport, protocol, codec, clock, outputBuffer, onOutputs, observer } = setup;
    this.self = transport.self;
    this.#transport = transport;
    this.#protocol = protocol;
    this.#codec = codec;
    this.#observer = observer;
    this.#writer = new MessageWriter(transport, codec);
    this.#outputs = new Outputs(outputBuffer, () => this.#goOn());
    this.#timers = new Timers<Timer>(
      clock,
      () => transport.hold(),
      (timer) => this.#expire(timer),
    );
    this.failure = new Promise((resolve) => {
      this.#tellStopped = resolve;
    });
    if (onOutputs !== undefined) this.#outputs.listen(onOutputs);
  }

  get faults(): readonly FaultRecord[] {
    return this.#faults.snapshot();
  }

  get counters(): NodeCounters {
    return {
      inputs: this.#inputs,
      outputs: this.#outputCount,
      messagesIn: this.#messagesIn,
      messagesOut: this.#writer.messages,
      messagesToSelf: this.#messagesToSelf,
      bytesIn: this.#bytesIn,
      bytesOut: this.#writer.bytes,
      faults: this.#faults.total,
    };
  }

  /** Begins to read. Once. */
  open(): void {
    this.#transport.open({
      frame: (from, bytes, start, end) => this.#frame(from, bytes, start, end),
      turn: () => this.#endTurn(),
      link: (peer, event) => this.#link(peer, event),
      writable: () => this.#turnSoon(),
    });
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
    if (this.#stopReason !== undefined) throw this.#stopReason;
    if (this.#submissions.size > 0 || !this.#accepting()) return false;
    this.#input(value);
    this.#turnSoon();
    return true;
  }

  onOutputs(listener: OutputListener<Output>): () => void {
    const remove = this.#outputs.listen(listener);
    if (this.#outputs.pending) this.#turnSoon();
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
    if (this.#stopReason !== undefined) return;
    this.#messagesIn++;
    this.#bytesIn += end - start;
    this.#busy = true;
    try {
      const message = this.#codec.decode(bytes, start, end);
      if (message instanceof Refusal) {
        this.#malformed(from, message, bytes, start, end);
      } else {
        if (this.#observer !== undefined) this.#observer.received?.(from, message, end - start);
        this.#apply(this.#protocol.receive(from, message));
      }
    } catch (error) {
      this.#fail(error);
    }
    this.#busy = false;
    if (this.#local.size > 0) this.#deliverLocal();
  }

  /** What the node has sent to itself, message by message, until it has nothing more to say or the others must have a turn. */
  #deliverLocal(): void {
    this.#busy = true;
    while (this.#local.size > 0 && this.#localBudget > 0 && this.#isOpen()) {
      this.#localBudget--;
      this.#messagesToSelf++;
      const message = this.#local.shift();
      try {
        if (this.#observer !== undefined) this.#observer.received?.(this.self, message, 0);
        this.#apply(this.#protocol.receive(this.self, message));
      } catch (error) {
        this.#fail(error);
      }
    }
    this.#busy = false;
  }

  #apply(step: Step<Message, Output, Timer>): void {
    if (step.length === 0) return;
    for (const effect of step) this.#effect(effect);
    if (this.#observer !== undefined) this.#observer.stepped?.(step.length);
  }

  #effect(effect: Effect<Message, Output, Timer>): void {
    switch (effect.kind) {
      case 'send':
        this.#send(effect.to, effect.message);
        break;
      case 'output':
        this.#outputCount++;
        this.#outputs.push(effect.value);
        if (this.#observer !== undefined) this.#observer.output?.(effect.value);
        if (this.#outputs.full) this.#stall();
        break;
      case 'fault':
        this.#report(effect.peer, effect.fault);
        break;
      case 'arm':
        this.#timers.arm(effect.timer, effect.ticks);
        break;
      case 'cancel':
        this.#timers.cancel(effect.timer);
        break;
      case 'persist':
        throw new QuorateError('Q3008', 'the protocol persisted a record, and this host has no storage');
    }
  }

  #send(to: NodeId | 'all', message: Message): void {
    let bytes = 0;
    if (to === this.self) {
      this.#local.push(message);
    } else if (to === 'all') {
      bytes = this.#writer.broadcast(message);
      this.#local.push(message);
    } else {
      bytes = this.#writer.send(to, message);
    }
    if (this.#observer !== undefined) this.#observer.sent?.(to, message, bytes);
  }

  #report(peer: NodeId, fault: Fault): void {
    const count = this.#faults.add(peer, fault);
    if (this.#observer !== undefined) this.#observer.fault?.(peer, fault, count);
  }

  #malformed(from: NodeId, refusal: Refusal, bytes: Uint8Array, start: number, end: number): void {
    this.#report(from, {
      kind: 'malformed',
      certainty: 'proof',
      detail: `${refusal.reason} at byte ${refusal.offset}: expected ${refusal.expected}`,
      evidence: [bytes.slice(start, Math.min(end, start + evidenceBytes))],
    });
  }

  #link(peer: NodeId, event: LinkEvent): void {
    if (this.#stopReason !== undefined) return;
    this.#event(() => {
      if (this.#observer !== undefined) this.#observer.link?.(peer, event);
      const fault = faultOf(event);
      if (fault !== undefined) this.#report(peer, fault);
      return event.kind === 'reopened' ? (this.#protocol.reopened?.(peer) ?? noEffects) : noEffects;
    });
    this.#turnSoon();
  }

  #expire(timer: Timer): void {
    if (this.#busy || this.#stalled) {
      this.#late.push(timer);
      this.#turnLater();
      return;
    }
    this.#event(() => {
      if (!isTimed(this.#protocol)) throw new QuorateError('Q1005', 'the protocol armed a timer and has no expire');
      return this.#protocol.expire(timer);
    });
    this.#turnSoon();
  }

  /** One of the rarer events, for which a closure is no cost. */
  #event(happen: () => Step<Message, Output, Timer>): void {
    this.#busy = true;
    try {
      this.#apply(happen());
    } catch (error) {
      this.#fail(error);
    }
    this.#busy = false;
    this.#deliverLocal();
  }

  #accepting(): boolean {
    return this.#isOpen() && !this.#busy && !this.#stalled && !this.#transport.congested && this.#protocol.ready;
  }

  /** Our own caller's value. What the protocol says of an unacceptable one is thrown, and nothing has happened. */
  #input(value: Input): void {
    this.#busy = true;
    let step: Step<Message, Output, Timer>;
    try {
      step = this.#protocol.input(value);
    } catch (error) {
      this.#busy = false;
      if (error instanceof QuorateError) throw error;
      this.#fail(error);
      throw this.#stopReason ?? error;
    }
    this.#inputs++;
    try {
      this.#apply(step);
    } catch (error) {
      this.#fail(error);
    }
    this.#busy = false;
    if (this.#local.size > 0) this.#deliverLocal();
    if (this.#stopReason !== undefined) throw this.#stopReason;
  }

  /** After all events of a turn: whoever waited gets his turn, the outputs are told, what was sent leaves. */
  #endTurn(): void {
    if (this.#turning || !this.#isOpen()) return;
    this.#turning = true;
    this.#localBudget = localPerTurn;
    this.#releaseLater?.();
    this.#releaseLater = undefined;
    while (this.#late.size > 0 && !this.#stalled && this.#isOpen()) this.#expire(this.#late.shift());
    this.#deliverLocal();
    let admissions = admissionsPerTurn;
    while (this.#submissions.size > 0 && admissions-- > 0 && this.#accepting()) this.#submissions.admit(this.#admit);
    this.#tellOutputs();
    this.#turning = false;
    if (!this.#isOpen()) return;
    this.#transport.flush();
    const more = this.#local.size > 0 || this.#outputs.pending || (admissions < 0 && this.#accepting());
    if (more) this.#turnLater();
  }

  #tellOutputs(): void {
    try {
      this.#outputs.endTurn();
    } catch (error) {
      this.#fail(new QuorateError('Q3009', 'a listener of the outputs threw', '', { cause: error }));
    }
  }

  /** Ends the turn when our caller is done with what he is doing: a burst of submits is one turn. */
  #turnSoon(): void {
    if (this.#turning || this.#soon || !this.#isOpen()) return;
    this.#soon = true;
    queueMicrotask(this.#soonTurn);
  }

  /** Goes on when others had their turn. */
  #turnLater(): void {
    if (this.#releaseLater !== undefined || !this.#isOpen()) return;
    this.#releaseLater = this.#transport.hold();
    this.#transport.schedule(this.#laterTurn);
  }

  #stall(): void {
    if (this.#stalled) return;
    this.#stalled = true;
    this.#transport.pause();
  }

  #goOn(): void {
    if (!this.#stalled || !this.#isOpen()) return;
    this.#stalled = false;
    this.#transport.resume();
    this.#turnSoon();
  }

  /** An invariant is broken: a node that went on could lie. */
  #fail(error: unknown): void {
    this.#stop(failureOf(error));
  }

  #stop(failure: QuorateError | undefined): void {
    if (this.#stopReason !== undefined) return;
    this.#stopReason = failure ?? new QuorateError('Q3005', `node ${this.self} is closed`);
    this.#timers.clear();
    this.#late.clear();
    this.#local.clear();
    this.#releaseLater?.();
    this.#submissions.rejectAll(this.#stopReason);
    this.#tellOutputs();
    this.#outputs.end(failure);
    this.#transport.close().then(
      () => this.#tellStopped(failure),
      (error: unknown) => this.#tellStopped(failure ?? failureOf(error)),
    );
  }

  #isOpen(): boolean {
    return this.#stopReason === undefined;
  }
}

const accepted: Promise<void> = Promise.resolve();

const isTimed = <Input, Message, Output, Timer>(
  protocol: AnyProtocol<Input, Message, Output, Timer>,
): protocol is TimedProtocol<Input, Message, Output, Timer> => 'expire' in protocol;

/** Codes that say by themselves what is wrong; everything else is a broken invariant. */
const telling: ReadonlySet<string> = new Set(['Q3007', 'Q3008', 'Q3009']);

function failureOf(error: unknown): QuorateError {
  if (error instanceof QuorateError && telling.has(error.code)) return error;
  const what = error instanceof Error ? error.message : String(error);
  return new QuorateError('Q3006', `the node stopped itself: ${what}`, 'this is a bug worth reporting', {
    cause: error,
  });
}

/** What a link event says against the peer. */
function faultOf(event: LinkEvent): Fault | undefined {
  switch (event.kind) {
    case 'overrun': {
      if (event.direction === 'in') return undefined;
      const detail = `did not read for so long that ${event.droppedBytes} bytes for it were dropped`;
      return { kind: 'overrun', certainty: 'suspicion', detail, evidence: [] };
    }
    case 'malformed':
      return { kind: 'malformed-frame', certainty: 'proof', detail: event.reason, evidence: [] };
    case 'refused':
      return { kind: 'refused', certainty: 'suspicion', detail: event.reason, evidence: [] };
    default:
      return undefined;
  }
}
