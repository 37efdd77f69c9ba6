/**
 * A broadcast that a user of the tower wrote: double echo with n − f echoes and n − f votes, which is legal for n > 3f and slower
 * than need be, the payload in every message. It knows nothing of the layers above, and they know nothing of it.
 */
import {
  allCorrect,
  bytes,
  integer,
  nodeIdSchema,
  oneCorrect,
  QuorateError,
  union,
  type Broadcast,
  type BroadcastOptions,
  type Delivery,
  type Effect,
  type Group,
  type NodeId,
  type Schema,
  type Step,
  type Usage,
} from '@quorate/aggregated-witness';

interface Said<Kind extends string> {
  readonly kind: Kind;
  readonly sender: NodeId;
  readonly sequence: number;
  readonly payload: Uint8Array;
}
export type OwnMessage = Said<'input'> | Said<'echo'> | Said<'vote'>;

/** Who echoed and voted what, by the text of the payload. */
interface Instance {
  readonly first: Set<string>;
  readonly count: Map<string, number>;
  readonly done: Set<'echo' | 'vote' | 'delivered'>;
}

export class OwnBroadcast implements Broadcast<OwnMessage> {
  readonly maxPayload: number;
  readonly ready = true;
  readonly schema: Schema<OwnMessage>;
  readonly #group: Group;
  readonly #self: NodeId;
  readonly #instances = new Map<string, Instance>();
  #next: number;

  constructor({ group, self, incarnation = 0, maxPayload = 1024 * 1024 }: BroadcastOptions) {
    this.#group = group;
    this.#self = self;
    this.maxPayload = maxPayload;
    this.#next = incarnation * 2 ** 42;
    const fields = {
      sender: nodeIdSchema(group),
      sequence: integer({ max: Number.MAX_SAFE_INTEGER }),
      payload: bytes({ max: maxPayload }),
    };
    this.schema = union<OwnMessage>({ input: fields, echo: fields, vote: fields });
  }

  get nextSequence(): number {
    return this.#next;
  }

  input(payload: Uint8Array): Step<OwnMessage, Delivery> {
    if (payload.length > this.maxPayload) throw new QuorateError('Q4001', `a payload of ${payload.length} bytes`);
    return [this.#send('input', this.#self, this.#next++, payload)];
  }

  receive(from: NodeId, { kind, sender, sequence, payload }: OwnMessage): Step<OwnMessage, Delivery> {
    if (kind === 'input' && from !== sender) return [];
    const instance = this.#of(sender, sequence);
    if (instance.first.has(`${kind} ${from}`)) return [];
    instance.first.add(`${kind} ${from}`);
    const votes = (what: string): number => instance.count.get(`${what} ${payload.join()}`) ?? 0;
    instance.count.set(`${kind} ${payload.join()}`, votes(kind) + 1);
    const out: Effect<OwnMessage, Delivery>[] = [];
    const once = (
      what: 'echo' | 'vote' | 'delivered',
      condition: boolean,
      effect: () => (typeof out)[number],
    ): void => {
      if (!condition || instance.done.has(what)) return;
      instance.done.add(what);
      out.push(effect());
    };
    const convinced = votes('echo') >= allCorrect(this.#group) || votes('vote') >= oneCorrect(this.#group);
    once('echo', kind === 'input', () => this.#send('echo', sender, sequence, payload));
    once('vote', convinced, () => this.#send('vote', sender, sequence, payload));
    once('delivered', votes('vote') >= allCorrect(this.#group), () => ({
      kind: 'output',
      value: { sender, sequence, payload: new Uint8Array(payload) },
    }));
    return out;
  }

  usage(): Usage {
    const none = Array.from({ length: this.#group.n }, () => 0);
    const open = { openInstances: none, maxOpenInstances: 0, retainedBytes: none, maxRetainedBytes: 0 };
    return { ...open, loggedBytes: none, maxLoggedBytes: 0 };
  }

  #send(kind: OwnMessage['kind'], sender: NodeId, sequence: number, payload: Uint8Array): Effect<OwnMessage, Delivery> {
    return { kind: 'send', to: 'all', message: { kind, sender, sequence, payload: new Uint8Array(payload) } };
  }

  #of(sender: NodeId, sequence: number): Instance {
    const key = `${sender}/${sequence}`;
    const known = this.#instances.get(key);
    if (known !== undefined) return known;
    const instance: Instance = { first: new Set(), count: new Map(), done: new Set() };
    this.#instances.set(key, instance);
    return instance;
  }
}
