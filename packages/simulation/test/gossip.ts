/** A subject that tolerates nothing, with a checker that notices: what campaigns, faults in rounds and shrinking are tried on. */
import {
  bytes,
  equalBytes,
  noEffects,
  union,
  type CheckerFactory,
  type NodeId,
  type Protocol,
  type Schema,
  type Step,
} from '@quorate/transport';
import type { Subject } from '../src/index.js';

export type Rumour =
  | { readonly kind: 'news'; readonly payload: Uint8Array }
  | { readonly kind: 'heard'; readonly payload: Uint8Array };

export interface Heard {
  readonly from: NodeId;
  readonly payload: Uint8Array;
}

const rumours: Schema<Rumour> = union<Rumour>({
  news: { payload: bytes({ max: 40 }) },
  heard: { payload: bytes({ max: 40 }) },
});

/** Believes whatever it is told first by each node, and tells the others once that it heard something. */
class GossipToy implements Protocol<Uint8Array, Rumour, Heard> {
  readonly schema: Schema<Rumour> = rumours;
  readonly ready = true;
  readonly #believed = new Set<NodeId>();

  input(payload: Uint8Array): Step<Rumour, Heard> {
    return [{ kind: 'send', to: 'all', message: { kind: 'news', payload } }];
  }

  receive(from: NodeId, { kind, payload }: Rumour): Step<Rumour, Heard> {
    if (kind === 'heard' || this.#believed.has(from)) return noEffects;
    this.#believed.add(from);
    const own = payload.slice();
    return [
      { kind: 'output', value: { from, payload: own } },
      { kind: 'send', to: 'all', message: { kind: 'heard', payload: own } },
    ];
  }
}

/** Nobody believes something else of a node than others do, and what a correct node says is believed by all correct ones. */
const gossipProperties: CheckerFactory<Uint8Array, Rumour, Heard> = Object.assign(
  ({ correct }: { readonly correct: readonly NodeId[] }) => {
    const believed = new Map<NodeId, Uint8Array>();
    const believers = new Map<NodeId, Set<NodeId>>();
    const speakers = new Set<NodeId>();
    const rules = new Set<string>();
    return {
      input: (node: NodeId) => void speakers.add(node),
      output(node: NodeId, { from, payload }: Heard) {
        rules.add('believe');
        const first = believed.get(from) ?? payload;
        believed.set(from, first);
        believers.set(from, (believers.get(from) ?? new Set()).add(node));
        if (equalBytes(first, payload)) return undefined;
        return {
          property: 'agreement',
          kind: 'safety' as const,
          detail: `node ${node} believes something else of ${from}`,
        };
      },
      *end() {
        for (const speaker of speakers) {
          const deaf = correct.filter((node) => believers.get(speaker)?.has(node) !== true);
          if (deaf.length > 0)
            yield { property: 'validity', kind: 'liveness' as const, detail: `${deaf.join()} did not hear ${speaker}` };
        }
      },
      exercised: () => rules,
    };
  },
  { rules: ['believe', 'doubt'] },
);

export const gossip: Subject<Uint8Array, Rumour, Heard> = {
  name: 'gossip',
  honest: () => new GossipToy(),
  input: (_node, _index, random, payload) =>
    Uint8Array.from({ length: payload ?? 1 + random.below(20) }, () => random.below(256)),
  sized: true,
  checkers: [gossipProperties],
};
