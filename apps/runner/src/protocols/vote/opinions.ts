/** Faulty nodes that keep to every message of the protocol, and lie about what they think of a proposal. */
import { noEffects, type NodeId, type Schema, type Shape, type Step } from '@quorate/transport';
import type { Rule } from '@quorate/voting';
import type { AdversaryContext, AdversaryTimer, AnyProtocol, Behaviour, LyingProtocol } from '@quorate/simulation';
import { Voter } from './voter.js';

/** Makes up an opinion: called anew for each thing that a peer says. */
type Whim = (context: AdversaryContext) => Rule;

const opinionated = (name: string, summary: string, whim: Whim): Behaviour => ({
  name,
  summary,
  appliesTo: isVoting,
  wrap: (make, context) => new Opinionated(make(), context, whim),
});

/** Says NO to everything. */
export const voteNo: Behaviour = opinionated('vote-no', 'votes NO, whatever is proposed', () => () => false);

/** Tosses a coin. */
export const voteRandom: Behaviour = opinionated('vote-random', 'votes YES or NO at random', ({ random }) => {
  const yes = random.below(2) === 0;
  return () => yes;
});

/** Whether there is anything to vote about: a leader proposes, and kings decree. */
function isVoting(shape: Shape): boolean {
  if (shape.kind !== 'union') return false;
  const names = shape.cases.map(({ name }) => name);
  return ['proposal', 'vote', 'decree'].every((kind) => names.includes(kind));
}

class Opinionated<I, M, O, T, R> implements LyingProtocol<I, M, O, T, R> {
  readonly schema: Schema<M>;
  declare readonly recordSchema?: Schema<R>;
  declare readonly restore?: (records: readonly R[]) => Step<M, O, T | AdversaryTimer, R>;
  readonly #honest: AnyProtocol<I, M, O, T, R>;
  readonly #context: AdversaryContext;
  readonly #whim: Whim;
  #events = 0;
  #begun = false;

  constructor(honest: AnyProtocol<I, M, O, T, R>, context: AdversaryContext, whim: Whim) {
    this.schema = honest.schema;
    if (honest.recordSchema !== undefined) this.recordSchema = honest.recordSchema;
    if (honest.restore !== undefined) this.restore = (records) => honest.restore?.(records) ?? noEffects;
    this.#honest = honest;
    this.#context = context;
    this.#whim = whim;
  }

  get ready(): boolean {
    return this.#honest.ready;
  }

  input(value: I): Step<M, O, T | AdversaryTimer, R> {
    return this.#event(() => this.#honest.input(value));
  }

  receive(from: NodeId, message: M): Step<M, O, T | AdversaryTimer, R> {
    return this.#event(() => this.#honest.receive(from, message));
  }

  reopened(peer: NodeId, incarnation: number): Step<M, O, T | AdversaryTimer, R> {
    return this.#event(() => this.#honest.reopened?.(peer, incarnation) ?? noEffects);
  }

  expire(timer: T | AdversaryTimer): Step<M, O, T | AdversaryTimer, R> {
    if (timer !== begin) return this.#honest.expire?.(timer as T) ?? noEffects;
    this.#begun = true;
    return noEffects;
  }

  #event(handle: () => Step<M, O, T, R>): Step<M, O, T | AdversaryTimer, R> {
    const { when } = this.#context;
    if (when?.kind !== 'ticks' && this.#events >= (when?.after ?? 0)) this.#begun = true;
    if (this.#begun && this.#honest instanceof Voter) this.#honest.rule = this.#whim(this.#context);
    const arm = when?.kind === 'ticks' && this.#events === 0;
    this.#events++;
    if (!arm) return handle();
    return [{ kind: 'arm', timer: begin, ticks: Math.max(1, when.after) }, ...handle()];
  }
}

const begin: AdversaryTimer = 'adversary:begin';
