/**
 * Best-effort broadcast: the sender sends its payload to everybody, and whoever gets it delivers it. Correct senders are
 * delivered by every correct node; a sender that lies can tell every node something else. It stands behind the same
 * contract as reliable broadcast, to be swapped in and seen to fail.
 *
 * Source: Cachin, Guerraoui, Rodrigues, "Reliable and Secure Distributed Programming" (2011), Module 3.1, Alg. 3.1.
 */
import {
  checkPayload,
  defaultMaxPayload,
  type Broadcast,
  type BroadcastOptions,
  type Delivery,
  type Usage,
} from './broadcast.js';
import {
  bytes,
  nodeIds,
  nodeIdSchema,
  noEffects,
  union,
  type NodeId,
  type Schema,
  type Step,
} from '@quorate/transport/contract';
import { forgedSender } from './faults.js';
import type { Input } from './message.js';
import { checkIncarnation, firstSequence, sequenceSchema } from './sequence.js';

/** Numbers further apart than this in arrival are taken for old ones. A power of two. */
const rememberedNumbers = 1024;

export class BestEffortBroadcast implements Broadcast<Input> {
  readonly schema: Schema<Input>;
  readonly maxPayload: number;
  /** Nothing is kept after a send: the host's outboxes are the only bound. */
  readonly ready = true;
  readonly #self: NodeId;
  readonly #seen: readonly RecentNumbers[];
  #next: number;

  constructor({ group, self, incarnation = 0, maxPayload = defaultMaxPayload }: BroadcastOptions) {
    checkIncarnation(incarnation);
    this.#self = self;
    this.maxPayload = maxPayload;
    this.schema = union<Input>({
      input: { sender: nodeIdSchema(group), sequence: sequenceSchema, payload: bytes({ max: maxPayload }) },
    });
    this.#seen = nodeIds(group).map(() => new RecentNumbers());
    this.#next = firstSequence(incarnation);
  }

  get nextSequence(): number {
    return this.#next;
  }

  /** Sends a payload of 0 … `maxPayload` bytes. Throws Q4001 (too long). */
  input(payload: Uint8Array): Step<Input, Delivery> {
    checkPayload(payload, this.maxPayload);
    const message: Input = {
      kind: 'input',
      sender: this.#self,
      sequence: this.#next++,
      payload: new Uint8Array(payload),
    };
    return [{ kind: 'send', to: 'all', message }];
  }

  receive(from: NodeId, { sender, sequence, payload }: Input): Step<Input, Delivery> {
    if (sender !== from) return [{ kind: 'fault', peer: from, fault: forgedSender(sender, sequence) }];
    if (this.#seen[sender]?.add(sequence) !== true) return noEffects;
    return [{ kind: 'output', value: { sender, sequence, payload: new Uint8Array(payload) } }];
  }

  usage(): Usage {
    const none = this.#seen.map(() => 0);
    return {
      openInstances: none,
      maxOpenInstances: 0,
      retainedBytes: none,
      maxRetainedBytes: 0,
      loggedBytes: none,
      maxLoggedBytes: 0,
    };
  }
}

/** Which of the last numbers came already: a sliding window, so that a peer cannot make it grow. */
class RecentNumbers {
  readonly #slots = new Float64Array(rememberedNumbers).fill(-1);
  #highest = -1;

  /** Whether the number is new. */
  add(number: number): boolean {
    const slot = number % rememberedNumbers;
    if (number <= this.#highest - rememberedNumbers || this.#slots[slot] === number) return false;
    this.#slots[slot] = number;
    if (number > this.#highest) this.#highest = number;
    return true;
  }
}

/** Best-effort broadcast as a factory, for layers that take any broadcast. */
export const createBestEffortBroadcast = (options: BroadcastOptions): BestEffortBroadcast =>
  new BestEffortBroadcast(options);
