import { createGroup, type Message as Bracha, type Violation } from '@quorate/reliable-broadcast';
import { Simulation, type NetworkOptions } from '@quorate/simulation';
import {
  ApproximateAgreement,
  approximateAgreementProperties,
  type ApproximateAgreementOptions,
  type ApproximateOutput,
  type Declared,
  type Group,
  type Message,
  type NodeId,
  type Point,
} from '../src/index.js';
import type { ApproximateNode } from './liars.js';
import { id, overStableVector } from './subject.js';

export type Liar = (node: { readonly group: Group; readonly self: NodeId }) => ApproximateNode;

export interface Play {
  readonly declared: Declared;
  /** Inputs of the correct nodes; the faulty ones come after them. */
  readonly inputs: readonly Point[];
  readonly faulty?: number;
  readonly seed?: number;
  readonly network?: NetworkOptions;
  /** What the faulty nodes run; without it they are silent. */
  readonly liar?: Liar;
  /** How correct nodes differ from what is promised. */
  readonly changes?: Partial<ApproximateAgreementOptions<Message<Bracha>>>;
}

export interface Played {
  readonly violations: readonly Violation[];
  readonly decisions: readonly Point[];
  /** Kinds of faults that correct nodes reported, each once. */
  readonly faults: readonly string[];
  readonly simulation: Simulation<ArrayLike<number>, Message<Bracha>, ApproximateOutput>;
}

export function start({ declared, inputs, faulty = 1, seed = 1, network, liar, changes }: Play): Played['simulation'] {
  const group = createGroup({ nodes: inputs.length + faulty, faulty });
  const liars = Array.from({ length: faulty }, (_, index) => id(inputs.length + index));
  const simulation = new Simulation<ArrayLike<number>, Message<Bracha>, ApproximateOutput>({
    group,
    seed,
    ...(liar === undefined ? { puppets: liars } : { faulty: liars }),
    ...(network && { network }),
    checkers: [approximateAgreementProperties(declared)],
    protocol: ({ self }) =>
      liars.includes(self) && liar !== undefined
        ? liar({ group, self })
        : new ApproximateAgreement({ group, self, ...declared, collector: overStableVector, ...changes }),
  });
  for (const [node, point] of inputs.entries()) simulation.input(id(node), point);
  if (liar !== undefined) for (const node of liars) simulation.input(node, []);
  return simulation;
}

/** What came of a run that has come to its end. */
export function finish(simulation: Played['simulation'], correct: number): Played {
  const nodes = Array.from({ length: correct }, (_, node) => id(node));
  return {
    simulation,
    violations: simulation.end(),
    decisions: nodes.flatMap((node) =>
      simulation.outputs(node).flatMap((output) => (output.kind === 'decision' ? [output.point] : [])),
    ),
    faults: [...new Set(nodes.flatMap((node) => simulation.faults(node).map(({ fault }) => fault.kind)))],
  };
}

/** One agreement, to its end. */
export function play(options: Play): Played {
  const simulation = start(options);
  simulation.run();
  return finish(simulation, options.inputs.length);
}
