/** What links promise between correct nodes, as an observer of a simulation checks it: each message once, unaltered, in order. */
import type { Delivery } from '@quorate/reliable-broadcast';
import {
  equalBytes,
  type Checker,
  type CheckerFactory,
  type Envelope,
  type NodeId,
  type Violation,
} from '@quorate/transport';

/** Watches one run. Memory grows with what is sent in it. */
export class LinkObserver implements Checker<Uint8Array, Envelope, Delivery> {
  readonly #correct: readonly NodeId[];
  /** By sender: what it sent to everybody, in order. */
  readonly #sent: ReadonlyMap<NodeId, Uint8Array[]>;
  /** By receiver and sender: the number that is expected next. */
  readonly #next = new Map<NodeId, Map<NodeId, number>>();

  constructor({ correct }: Parameters<CheckerFactory<Uint8Array, Envelope, Delivery>>[0]) {
    this.#correct = correct;
    this.#sent = new Map(correct.map((node) => [node, []]));
    for (const node of correct) this.#next.set(node, new Map(correct.map((sender) => [sender, 0])));
  }

  input(node: NodeId, value: Uint8Array): Violation | undefined {
    this.#sent.get(node)?.push(value);
    return undefined;
  }

  output(node: NodeId, { sender, sequence, payload }: Delivery): Violation | undefined {
    const sent = this.#sent.get(sender);
    const expected = this.#next.get(node)?.get(sender);
    // Nothing is promised of what a liar sends.
    if (sent === undefined || expected === undefined) return undefined;
    const what = `node ${node} got number ${sequence} of node ${sender}`;
    if (sequence < expected) return safety('no duplication', `${what} twice`);
    if (sequence > expected && sequence < sent.length) return safety('order', `${what} before an earlier one`);
    const original = sent[sequence];
    if (original === undefined || !equalBytes(original, payload))
      return safety('integrity', `${what}, which that node never sent`);
    this.#next.get(node)?.set(sender, expected + 1);
    return undefined;
  }

  *end(): Generator<Violation> {
    for (const [node, expected] of this.#next) {
      for (const sender of this.#correct) {
        const got = expected.get(sender) ?? 0;
        if (got >= (this.#sent.get(sender)?.length ?? 0)) continue;
        const detail = `node ${node} never got number ${got} of node ${sender}`;
        yield { property: 'validity', kind: 'liveness', detail };
      }
    }
  }
}

const safety = (property: string, detail: string): Violation => ({ property, kind: 'safety', detail });
