/**
 * Bracha's broadcast as a textbook would print it: no bounds, no catch-up, nothing fast. It speaks the product's messages, and
 * each of its rules can be changed: with {@link correct} it is the model that the product is compared with, with any other
 * setting a protocol that the checkers must reject.
 */
import {
  deliver,
  intersecting,
  messageSchema,
  oneCorrect,
  sha256,
  type Delivery,
  type Group,
  type Message,
  type NodeId,
  type Protocol,
  type Schema,
  type Step,
} from '@quorate/reliable-broadcast';

type Threshold = (group: Group) => number;
type About = Pick<Delivery, 'sender' | 'sequence'>;
const digestBytes = 32;

export interface Rules {
  /** E: echoes that make a node vote. */
  readonly echoQuorum: Threshold;
  /** A: votes that make a node vote. */
  readonly amplification: Threshold;
  /** D: votes that make a node deliver. */
  readonly delivery: Threshold;
  /** What of a node counts for a value: its first message, each message, or its first message whatever its value. */
  readonly counts: 'first' | 'every' | 'any value';
  /** What a node may say again: an echo once for each value, a vote upon echoes and another upon votes, an output with every vote. */
  readonly repeats: readonly ('echo' | 'vote' | 'output')[];
  /** What D counts. */
  readonly deliversOn: 'votes' | 'echoes';
  /** Whether an input is taken from its sender alone. */
  readonly checksSender: boolean;
  /** Whether what was delivered is remembered. */
  readonly remembers: boolean;
  /** Instances above those delivered that a sender may have open; the others' messages are dropped. */
  readonly window: number;
  /** The longest payload that a vote names by itself; a digest has 32 bytes. */
  readonly namedWhole: number;
}

export const correct: Rules = {
  echoQuorum: intersecting,
  amplification: oneCorrect,
  delivery: deliver,
  counts: 'first',
  repeats: [],
  deliversOn: 'votes',
  checksSender: true,
  remembers: true,
  window: Infinity,
  namedWhole: 31,
};

/** One broadcast. Values go by their names: what a vote for them says, as text. */
class Instance {
  readonly payloads = new Map<string, Uint8Array>();
  readonly echoes: (readonly [NodeId, string])[] = [];
  readonly votes: (readonly [NodeId, string])[] = [];
  readonly echoed = new Set<string>();
  /** Why this node voted. */
  readonly voted = new Set<string>();
  delivered = false;
}

export class Textbook implements Protocol<Uint8Array, Message, Delivery> {
  readonly schema: Schema<Message>;
  readonly #rules: Rules;
  readonly #group: Group;
  readonly #self: NodeId;
  readonly #instances = new Map<string, Instance>();
  /** Deliveries so far, by sender. */
  readonly #delivered = new Map<NodeId, number>();
  #next = 0;

  constructor({ group, self, rules = correct }: { group: Group; self: NodeId; rules?: Rules }) {
    this.schema = messageSchema(group, 1024);
    this.#group = group;
    this.#self = self;
    this.#rules = rules;
  }

  get ready(): boolean {
    return this.#next < this.#end(this.#self);
  }

  input(payload: Uint8Array): Step<Message, Delivery> {
    const about = { sender: this.#self, sequence: this.#next++ };
    this.#instance(about).payloads.set(this.#nameOf(payload), payload);
    return [{ kind: 'send', to: 'all', message: { kind: 'input', ...about, payload } }];
  }

  receive(from: NodeId, message: Message): Step<Message, Delivery> {
    const { kind, sender, sequence } = message;
    if (kind === 'request' || kind === 'delivered' || kind === 'progress') return [];
    // Nobody can know of a broadcast that we have not begun.
    if (sender === this.#self && sequence >= this.#next) return [];
    if (sequence >= this.#end(sender)) return [];
    const instance = this.#instance(message);
    if (kind === 'vote') {
      const name = this.#text(message.value);
      if (message.value.length < digestBytes) instance.payloads.set(name, new Uint8Array(message.value));
      this.#count(instance.votes, from, name);
      return this.#step(instance, message, name);
    }
    const name = this.#nameOf(message.payload);
    if (kind === 'echo') {
      this.#count(instance.echoes, from, name);
      instance.payloads.set(name, new Uint8Array(message.payload));
      return this.#step(instance, message, name);
    }
    if (sender !== from && this.#rules.checksSender) return [];
    if (!this.#may('echo', instance.echoed, name)) return [];
    instance.payloads.set(name, new Uint8Array(message.payload));
    return [...this.#echo(instance, message, name), ...this.#step(instance, message, name)];
  }

  #step(instance: Instance, { sender, sequence }: About, name: string): Step<Message, Delivery> {
    const { echoQuorum, amplification, delivery, deliversOn } = this.#rules;
    const about = { sender, sequence };
    const echoes = this.#tally(instance.echoes, name);
    const votes = this.#tally(instance.votes, name);
    const convinced = echoes >= echoQuorum(this.#group) || votes >= amplification(this.#group);
    const step: Step<Message, Delivery>[number][] = [];
    if (convinced && this.#may('echo', instance.echoed, name)) step.push(...this.#echo(instance, about, name));
    const reason = this.#rules.repeats.includes('vote') && votes >= amplification(this.#group) ? 'votes' : 'echoes';
    if (convinced && this.#may('vote', instance.voted, reason)) {
      instance.voted.add(reason);
      const [, hex = ''] = name.split(':');
      step.push({ kind: 'send', to: 'all', message: { kind: 'vote', ...about, value: fromHex(hex) } });
    }
    const payload = instance.payloads.get(name);
    const enough = (deliversOn === 'votes' ? votes : echoes) >= delivery(this.#group);
    if (enough && payload !== undefined && (!instance.delivered || this.#rules.repeats.includes('output'))) {
      if (!instance.delivered) this.#delivered.set(sender, (this.#delivered.get(sender) ?? 0) + 1);
      instance.delivered = true;
      if (!this.#rules.remembers) this.#instances.delete(`${sender}/${sequence}`);
      step.push({ kind: 'output', value: { ...about, payload } });
    }
    return step;
  }

  #echo(instance: Instance, { sender, sequence }: About, name: string): Step<Message, Delivery> {
    const payload = instance.payloads.get(name);
    if (payload === undefined) return [];
    instance.echoed.add(name);
    return [{ kind: 'send', to: 'all', message: { kind: 'echo', sender, sequence, payload } }];
  }

  #may(what: 'echo' | 'vote', said: ReadonlySet<string>, again: string): boolean {
    return this.#rules.repeats.includes(what) ? !said.has(again) : said.size === 0;
  }

  #count(heard: (readonly [NodeId, string])[], from: NodeId, name: string): void {
    if (this.#rules.counts === 'every' || !heard.some(([node]) => node === from)) heard.push([from, name]);
  }

  #tally(heard: readonly (readonly [NodeId, string])[], name: string): number {
    return this.#rules.counts === 'any value' ? heard.length : heard.filter(([, said]) => said === name).length;
  }

  #end(sender: NodeId): number {
    return (this.#delivered.get(sender) ?? 0) + this.#rules.window;
  }

  #nameOf(payload: Uint8Array): string {
    return this.#text(payload.length <= this.#rules.namedWhole ? payload : sha256(payload));
  }

  #text(value: Uint8Array): string {
    return `${value.length}:${toHex(value)}`;
  }

  #instance({ sender, sequence }: About): Instance {
    const key = `${sender}/${sequence}`;
    const instance = this.#instances.get(key) ?? new Instance();
    this.#instances.set(key, instance);
    return instance;
  }
}

const toHex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const fromHex = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'));
