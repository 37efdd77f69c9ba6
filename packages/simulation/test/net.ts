import { nodeIds, type Effect, type Group, type NodeId, type Protocol, type TimedProtocol } from '@quorate/transport';
import type { AdversaryTimer } from '../src/index.js';

type Member<M, O> = Protocol<Uint8Array, M, O> | TimedProtocol<Uint8Array, M, O, AdversaryTimer>;

interface Letter<M> {
  readonly from: NodeId;
  readonly to: NodeId;
  readonly message: M;
}

/** Drives a group in one thread: letters in the order in which they were sent, timers when no letter is left. */
export class Net<M, O> {
  readonly #group: Group;
  readonly #nodes: readonly Member<M, O>[];
  readonly #timers = new Map<string, { node: NodeId; timer: AdversaryTimer; due: number }>();
  /** Ticks that passed. */
  now = 0;
  /** So many of the sent letters were delivered. */
  delivered = 0;
  readonly outputs: O[][];
  /** Everything that was sent, in order. */
  readonly sent: Letter<M>[] = [];

  constructor(group: Group, nodes: readonly Member<M, O>[]) {
    this.#group = group;
    this.#nodes = nodes;
    this.outputs = nodes.map(() => []);
  }

  input(node: NodeId, value: Uint8Array): void {
    const protocol = this.#nodes[node];
    if (protocol?.ready === true) this.#apply(node, protocol.input(value));
  }

  /** Until nothing is in flight and no timer is armed. Throws when that takes more than `limit` events. */
  run(limit: number): void {
    for (let events = 0; this.#next(); events++) {
      if (events > limit) throw new Error(`not quiet after ${limit} events`);
    }
  }

  #next(): boolean {
    const letter = this.sent[this.delivered];
    if (letter === undefined) return this.#fire();
    this.delivered++;
    this.#apply(letter.to, this.#nodes[letter.to]?.receive(letter.from, letter.message) ?? []);
    return true;
  }

  #fire(): boolean {
    const [first] = [...this.#timers.entries()].toSorted(([, a], [, b]) => a.due - b.due);
    if (first === undefined) return false;
    const [key, { node, timer, due }] = first;
    this.#timers.delete(key);
    this.now = due;
    const protocol = this.#nodes[node];
    if (protocol !== undefined && 'expire' in protocol) this.#apply(node, protocol.expire(timer));
    return true;
  }

  #apply(node: NodeId, step: readonly Effect<M, O, AdversaryTimer>[]): void {
    for (const effect of step) {
      if (effect.kind === 'output') this.outputs[node]?.push(effect.value);
      if (effect.kind === 'arm') {
        this.#timers.set(`${node}/${effect.timer}`, { node, timer: effect.timer, due: this.now + effect.ticks });
      }
      if (effect.kind !== 'send') continue;
      for (const to of effect.to === 'all' ? nodeIds(this.#group) : [effect.to]) {
        this.sent.push({ from: node, to, message: effect.message });
      }
    }
  }
}
