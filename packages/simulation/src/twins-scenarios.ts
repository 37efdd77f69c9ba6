/**
 * Twins, enumerated: every way to divide the processes in each of the first rounds, where a faulty identity is run by two honest processes.
 * [Bano et al. 21] Twins: BFT systems made robust.
 */
import { nodeId, nodeIds, QuorateError, type Group, type NodeId, type Schema } from '@quorate/transport';
import type { AdversaryContext } from './adversaries/behaviour.js';
import type { RunPlan } from './plan.js';
import { Rounds } from './rounds.js';
import { whole } from './whole.js';

/** A node, or the second copy of a twin: the k-th identity that has twins is also process n + k. */
export type Process = number;

export interface TwinsPlan {
  /** Nodes of which there are two; each is among the faults of the plan, as `twins`. */
  readonly identities: readonly NodeId[];
  /** For each of the first rounds the groups of processes that reach each other. Later rounds reach everybody. */
  readonly rounds: readonly (readonly (readonly Process[])[])[];
  /** Whether the second copies are given other inputs than the first ones. */
  readonly differ: boolean;
  /** The tick at which the messages of correct nodes that were held back arrive: links are reliable. */
  readonly until: number;
}

export interface TwinsScenarioOptions {
  /** As `quorate.plan/1` names it. */
  readonly subject: string;
  readonly group: Group;
  /** Nodes that have twins. Default: the last f. */
  readonly twins?: readonly NodeId[];
  /** Rounds in which the processes are divided; see `Rounds`. */
  readonly rounds: number;
  /** Who puts a value in, one scenario each: the leaders, where a protocol has them. Default: each twin, and everybody. */
  readonly senders?: readonly (readonly NodeId[])[];
  /** Groups of processes in a round, at most. Default 2. */
  readonly parts?: number;
}

const until = 5_000;

/** Every scenario, one plan each: partitions × rounds × senders × equal or different inputs. Of n = 4, one twin and 3 rounds: 4,096 × 4. */
export function* twinsScenarios(options: TwinsScenarioOptions): Generator<RunPlan> {
  const { group, subject, rounds, parts = 2 } = options;
  const twins = (options.twins ?? nodeIds(group).slice(group.n - group.f)).map((node) => nodeId(group, node));
  const senders = options.senders ?? [...twins.map((node) => [node]), nodeIds(group)];
  const divisions = [...partitionsOf(group.n + twins.length, parts)];
  for (const division of product(divisions, whole('a number of rounds', rounds))) {
    for (const senderList of senders) {
      for (const differ of [false, true]) {
        yield {
          schema: 'quorate.plan/1',
          subject,
          nodes: group.n,
          faulty: group.f,
          unsafe: twins.length > group.f,
          seed: 0,
          faults: twins.map((node) => ({ node, behaviour: 'twins' })),
          network: { latency: { min: 1, max: 1 } },
          twins: { identities: twins, rounds: division, differ, until },
          count: 1,
          senders: senderList,
        };
      }
    }
  }
}

/** Every way to divide so many processes into at most so many groups. */
function* partitionsOf(processes: number, parts: number): Generator<readonly (readonly Process[])[]> {
  function* placed(next: Process, blocks: readonly (readonly Process[])[]): Generator<readonly (readonly Process[])[]> {
    if (next === processes) {
      yield blocks;
      return;
    }
    for (const at of blocks.keys()) {
      yield* placed(next + 1, blocks.with(at, [...(blocks[at] ?? []), next]));
    }
    if (blocks.length < parts) yield* placed(next + 1, [...blocks, [next]]);
  }
  yield* placed(0, []);
}

/** Every sequence of so many of the items. */
function* product<T>(items: readonly T[], length: number): Generator<readonly T[]> {
  if (length === 0) {
    yield [];
    return;
  }
  for (const first of items) for (const rest of product(items, length - 1)) yield [first, ...rest];
}

/** `faults` are those of the whole plan. Throws Q1002 (no such node), Q5016 (no tick, no process) or Q5019 (a twin that is not among the faults). */
export function checkTwins(group: Group, plan: TwinsPlan, faults: RunPlan['faults']): void {
  whole('the tick at which held messages arrive', plan.until);
  for (const node of plan.identities) {
    nodeId(group, node);
    if (faults.some((fault) => fault.node === node && fault.behaviour === 'twins')) continue;
    throw new QuorateError('Q5019', `node ${node} is not among the faults as twins`, 'name it there, or nowhere');
  }
  for (const process of plan.rounds.flat(2)) whole('a process', process);
}

/** Who reaches whom in such a plan. */
export class TwinsReach<M> {
  readonly #plan: TwinsPlan;
  readonly #group: Group;
  readonly #rounds: Rounds;

  constructor(group: Group, schema: Schema<M>, plan: TwinsPlan) {
    this.#plan = plan;
    this.#group = group;
    this.#rounds = new Rounds(schema.shape);
  }

  /** Whether a message between two nodes without twins is held back. */
  holds(from: NodeId, to: NodeId, message: M): boolean {
    const { identities } = this.#plan;
    if (identities.includes(from) || identities.includes(to)) return false;
    return !this.#together(message, [from], [to]);
  }

  /** What one of the twins knows: which copy speaks to a peer, and hears it, about such a message. */
  twinOf(self: NodeId): NonNullable<AdversaryContext['twin']> {
    const [first = self, second = self] = this.#processesOf(self);
    return {
      differ: this.#plan.differ,
      reaches: (message, peer, copy) =>
        this.#together(message as M, [copy === 0 ? first : second], this.#processesOf(peer)),
    };
  }

  #processesOf(node: NodeId): readonly Process[] {
    const at = this.#plan.identities.indexOf(node);
    return at < 0 ? [node] : [node, this.#group.n + at];
  }

  #together(message: M, some: readonly Process[], others: readonly Process[]): boolean {
    const blocks = this.#plan.rounds[this.#rounds.of(message)];
    if (blocks === undefined) return true;
    return blocks.some(
      (block) => some.some((one) => block.includes(one)) && others.some((other) => block.includes(other)),
    );
  }
}
