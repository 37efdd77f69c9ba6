import { describe, expect, it } from 'vitest';
import {
  createGroup,
  nodeIds,
  sample,
  Voting,
  votingProperties,
  type LogRecord,
  type Message,
  type NodeId,
  type Output,
  type Step,
  type Timer,
  type VotingOptions,
} from '@quorate/voting';
import { seededRandom, shuffled, Simulation, type Random } from '@quorate/simulation';

const seeds = Number(process.env['QUORATE_SEEDS'] ?? 300);

type VotingStep = Step<Message, Output, Timer, LogRecord>;

/** Beside what an honest node says, or in its place, it says whatever fits the rounds that the others are in: false places, answers, hellos, words. */
class Meddler extends Voting {
  readonly #random: Random;
  readonly #nodes: number;
  /** Whether nothing honest leaves it. */
  readonly #silent: boolean;
  #left = 400;

  constructor(options: VotingOptions, random: Random) {
    super(options);
    this.#random = random;
    this.#nodes = options.group.n;
    this.#silent = random.below(2) === 0;
  }

  override receive(...event: Parameters<Voting['receive']>): VotingStep {
    return this.#meddle(super.receive(...event));
  }

  override expire(timer: Timer): VotingStep {
    return this.#meddle(super.expire(timer));
  }

  #meddle(step: VotingStep): VotingStep {
    const said = this.#silent ? step.filter(({ kind }) => kind !== 'send') : step;
    if (this.#left === 0 || this.#random.below(3) > 0) return said;
    this.#left--;
    return [...said, { kind: 'send', to: this.#random.below(this.#nodes) as NodeId, message: this.#lie() }];
  }

  #lie(): Message {
    const random = this.#random;
    const message = sample(this.schema, random);
    const round = Math.max(0, this.decided - 1 + random.below(4));
    const near = { ...message, round, ...('attempt' in message && { attempt: random.below(3) }) };
    const value = [1 + random.below(3)];
    if ('decisions' in near) return { ...near, decisions: [value, value] };
    return 'decision' in near ? { ...near, decision: value } : near;
  }
}

/** Power fails and comes back, twice; up to f nodes meddle. */
function run(nodes: number, seed: number): readonly unknown[] {
  const random = seededRandom(seed);
  const group = createGroup({ nodes });
  const liars = shuffled(nodeIds(group), random).slice(0, group.f);
  const rounds = 3;
  const simulation = new Simulation<number, Message, Output, Timer, LogRecord>({
    group,
    seed,
    network: { latency: { min: 1, max: 12 }, ordered: true },
    faulty: liars,
    disk: { latency: { min: 0, max: 3 } },
    protocol: ({ self }) => {
      const options = { group, self, period: 60, rounds, propose: (round: number) => [10 * self + round] };
      return liars.includes(self) ? new Meddler(options, seededRandom(seed ^ (0x11a2 + self))) : new Voting(options);
    },
    checkers: [votingProperties({ rounds, rule: (value) => value > 0 && value < 1000 })],
  });
  let tick = 0;
  for (let failure = 0; failure < 2; failure++) {
    tick += 1 + random.below(700);
    for (const node of nodeIds(group)) {
      simulation.at(tick, () => simulation.crash(node));
      simulation.at(tick + 1 + random.below(50), () => simulation.restart(node, { disk: 'kept' }));
    }
    tick += 60;
  }
  simulation.run();
  return simulation.violations.length > 0 ? simulation.violations : simulation.end();
}

describe('liars who know where the others are, in a group whose power fails', () => {
  it.each([4, 7])('of %i: stops nobody and splits nobody', (nodes) => {
    for (let seed = 0; seed < seeds; seed++) {
      expect({ seed, violations: run(nodes, seed) }).toEqual({ seed, violations: [] });
    }
  });
});
