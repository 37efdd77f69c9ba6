import { QuorateError } from '@quorate/serialization';
import type { Fault } from './fault.js';
import type { NodeId } from './node-id.js';
import type { NodeObserver } from './node-observer.js';
import type { StorageCut } from './storage.js';
import type { LinkEvent } from './transport.js';

/** Codes that say by themselves what is wrong; everything else that stops a node is a broken invariant. */
const telling: ReadonlySet<string> = new Set(['Q3007', 'Q3008', 'Q3009', 'Q3040', 'Q3041', 'Q3042', 'Q3047', 'Q3049']);

/** Why a node stops itself. */
export function failureOf(error: unknown): QuorateError {
  if (error instanceof QuorateError && telling.has(error.code)) return error;
  const what = error instanceof Error ? error.message : String(error);
  return new QuorateError('Q3006', `the node stopped itself: ${what}`, 'this is a bug worth reporting', {
    cause: error,
  });
}

/** A function of our caller's threw. */
export const listenerThrew = (what: string, cause: unknown): QuorateError =>
  new QuorateError('Q3009', `${what} threw`, 'the error stands in `cause`', { cause });

/** What a protocol says of our caller's value, on its way to that caller. */
export class Unacceptable {
  readonly reason: QuorateError;

  constructor(reason: QuorateError) {
    this.reason = reason;
  }
}

/** An observer whose exceptions can be told from those of the protocol. */
export class GuardedObserver<Message, Output> {
  readonly #observer: NodeObserver<Message, Output>;

  constructor(observer: NodeObserver<Message, Output>) {
    this.#observer = observer;
  }

  received(from: NodeId, message: Message, bytes: number): void {
    try {
      this.#observer.received?.(from, message, bytes);
    } catch (error) {
      throw listenerThrew('observer.received', error);
    }
  }

  sent(to: NodeId | 'all', message: Message, bytes: number): void {
    try {
      this.#observer.sent?.(to, message, bytes);
    } catch (error) {
      throw listenerThrew('observer.sent', error);
    }
  }

  stepped(effects: number): void {
    try {
      this.#observer.stepped?.(effects);
    } catch (error) {
      throw listenerThrew('observer.stepped', error);
    }
  }

  output(value: Output): void {
    try {
      this.#observer.output?.(value);
    } catch (error) {
      throw listenerThrew('observer.output', error);
    }
  }

  fault(peer: NodeId, fault: Fault, count: number): void {
    try {
      this.#observer.fault?.(peer, fault, count);
    } catch (error) {
      throw listenerThrew('observer.fault', error);
    }
  }

  link(peer: NodeId, event: LinkEvent): void {
    try {
      this.#observer.link?.(peer, event);
    } catch (error) {
      throw listenerThrew('observer.link', error);
    }
  }

  restored(records: number, cut: StorageCut | undefined): void {
    try {
      this.#observer.restored?.(records, cut);
    } catch (error) {
      throw listenerThrew('observer.restored', error);
    }
  }
}
