import {
  codec,
  createGroup,
  nodeId,
  nodeIds,
  QuorateError,
  Refusal,
  type Codec,
  type NodeId,
} from '@quorate/transport';
import type { Hold } from '../hold.js';
import { Simulation } from '../simulation.js';
import type { Subject } from '../subject.js';
import { Happenings } from './happenings.js';
import { readMessage, readValue } from './notation.js';

/** What a scenario needs of a protocol. */
export type ScenarioSubject<I, M, O, T = never, R = never> = Pick<Subject<I, M, O, T, R>, 'honest' | 'checkers'>;

/** Carries out the commands of one scenario. */
export class Scenario<I, M, O, T = never, R = never> {
  readonly #subject: ScenarioSubject<I, M, O, T, R>;
  #happenings = new Happenings([]);
  readonly #holds = new Map<string, Hold<M>>();
  #running: { readonly simulation: Simulation<I, M, O, T, R>; readonly wire: Codec<M> } | undefined;
  #violations = 0;

  constructor(subject: ScenarioSubject<I, M, O, T, R>) {
    this.#subject = subject;
  }

  /** What came of these commands. What a command is refused with is a part of it. Throws Q5040 on what is no command. */
  perform(commands: readonly string[]): string {
    for (const command of commands) this.#perform(command);
    return this.#happenings.take();
  }

  #perform(command: string): void {
    try {
      this.#dispatch(command);
    } catch (error) {
      if (!(error instanceof QuorateError) || error.code === 'Q5040') throw error;
      this.#happenings.add(-1, `refused with ${error.code}: ${error.message}`);
    }
    if (this.#running === undefined) return;
    const { violations } = this.#running.simulation;
    for (const { property, detail } of violations.slice(this.#violations)) {
      this.#happenings.add(-1, `violated ${property}: ${detail}`);
    }
    this.#violations = violations.length;
  }

  #dispatch(command: string): void {
    const [, verb = '', rest = ''] = /^(\S+)\s*(.*)$/.exec(command) ?? [];
    switch (verb) {
      case 'group':
        return this.#group(optionsOf(rest));
      case 'input':
        return this.#input(rest);
      case 'say':
        return this.#say(rest, (text) => this.#wire.encode(readMessage(text) as M));
      case 'bytes':
        return this.#say(rest, (text) => readValue(text) as Uint8Array);
      case 'hold':
        return this.#hold(rest);
      case 'release':
        return this.#held(rest).release();
      case 'drop':
        return this.#held(rest).drop();
      case 'watch':
        this.#happenings.sends = rest === 'sends';
        return undefined;
      default:
        return this.#control(verb, rest);
    }
  }

  #control(verb: string, rest: string): void {
    const [first = '', ...words] = rest.split(' ');
    switch (verb) {
      case 'run': {
        const until = optionsOf(rest).get('until');
        this.#simulation.run(until === undefined ? {} : { until: Number(until) });
        break;
      }
      case 'crash':
        this.#simulation.crash(this.#node(first));
        break;
      case 'restart':
        this.#restart(first, optionsOf(words.join(' ')));
        break;
      case 'count':
        this.#happenings.add(-1, `${this.#simulation.deliveries} messages by tick ${this.#simulation.now}`);
        break;
      case 'end':
        this.#end();
        break;
      default:
        throw unknown(`${verb} ${rest}`.trim());
    }
  }

  #group(options: ReadonlyMap<string, string>): void {
    const faulty = options.get('faulty');
    const unsafe = options.has('unsafe');
    const group = createGroup({
      nodes: Number(options.get('nodes')),
      unsafe,
      ...(faulty !== undefined && { faulty: Number(faulty) }),
    });
    const listed = (name: string): NodeId[] =>
      (options.get(name)?.split(',') ?? []).map((text) => nodeId(group, Number(text)));
    const liars = listed('liars');
    this.#happenings = new Happenings(liars);
    const [min = 1, max = min] = (options.get('latency') ?? '1').split('..').map(Number);
    const simulation = new Simulation<I, M, O, T, R>({
      group,
      seed: Number(options.get('seed') ?? 1),
      unsafe,
      protocol: (context) => this.#subject.honest(context),
      puppets: liars,
      faulty: listed('fragile'),
      network: { ordered: true, latency: { min, max } },
      checkers: this.#subject.checkers,
      observer: (event) => this.#happenings.note(event),
    });
    const [self] = nodeIds(group);
    if (self === undefined) throw unknown('a group without nodes');
    this.#running = { simulation, wire: codec(this.#subject.honest({ group, self, incarnation: 0 }).schema) };
    this.#violations = 0;
    this.#holds.clear();
  }

  #input(rest: string): void {
    const [, node = '', value = ''] = /^(\d+)\s+(.*)$/.exec(rest) ?? [];
    // What is no input of the protocol, the protocol refuses.
    this.#simulation.input(this.#node(node), readValue(value) as I);
  }

  #say(rest: string, bytesOf: (text: string) => Uint8Array): void {
    const [, from = '', to = '', text = ''] = /^(\d+) -> ([\d,]+|all): (.*)$/.exec(rest) ?? [];
    const speaker = this.#node(from);
    const bytes = bytesOf(text);
    for (const target of to === 'all' ? ['all' as const] : this.#nodes(to)) {
      const answer = this.#simulation.sendBytes(speaker, target, bytes);
      if (answer instanceof Refusal) return this.#happenings.add(-1, `refused by the decoder: ${answer.reason}`);
    }
  }

  #hold(rest: string): void {
    const [, from = '', to = '', kind, name = ''] =
      /^([\d,]+|all) -> ([\d,]+|all)(?: only ([\w-]+))?(?: as (\w+))?$/.exec(rest) ?? [];
    if (from === '') throw unknown(`hold ${rest}`);
    const hold = this.#simulation.hold((letter) => {
      const message: unknown = letter.message;
      const isKind = kind === undefined || (message as { readonly kind?: unknown }).kind === kind;
      return isKind && names(from, letter.from) && names(to, letter.to);
    });
    this.#holds.set(name, hold);
  }

  #held(name: string): Hold<M> {
    const hold = this.#holds.get(name);
    if (hold === undefined) throw unknown(`nothing is held as "${name}"`);
    this.#holds.delete(name);
    return hold;
  }

  #restart(node: string, options: ReadonlyMap<string, string>): void {
    const disk = options.get('disk') ?? 'kept';
    if (disk !== 'kept' && disk !== 'lost') throw unknown(`disk=${disk}`);
    this.#simulation.restart(this.#node(node), { disk });
  }

  #end(): void {
    const all = this.#simulation.end().slice(this.#violations);
    for (const { property, detail } of all) this.#happenings.add(-1, `violated ${property}: ${detail}`);
    if (all.length === 0 && this.#violations === 0) this.#happenings.add(-1, 'every promise held');
  }

  get #simulation(): Simulation<I, M, O, T, R> {
    if (this.#running === undefined) throw unknown('the first command is group');
    return this.#running.simulation;
  }

  get #wire(): Codec<M> {
    if (this.#running === undefined) throw unknown('the first command is group');
    return this.#running.wire;
  }

  #node(text: string): NodeId {
    return nodeId(this.#simulation.group, text === '' ? NaN : Number(text));
  }

  #nodes(text: string): readonly NodeId[] {
    return text.split(',').map((part) => this.#node(part));
  }
}

const names = (list: string, node: NodeId): boolean => list === 'all' || list.split(',').includes(String(node));

/** `name=value` and `name`, separated by blanks. */
function optionsOf(text: string): ReadonlyMap<string, string> {
  const words = text.split(' ').filter((word) => word !== '');
  return new Map(words.map((word) => [word.split('=', 1)[0] ?? '', word.slice(word.indexOf('=') + 1)]));
}

const unknown = (what: string): QuorateError =>
  new QuorateError(
    'Q5040',
    `a scenario cannot do this: ${what}`,
    'see the commands in the README of @quorate/simulation',
  );
