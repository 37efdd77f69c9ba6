/** Voting done wrong, one mistake each, with the property that it breaks. */
import {
  noEffects,
  Voting,
  type LogRecord,
  type NodeId,
  type Step,
  type Message,
  type Output,
  type Timer,
} from '@quorate/voting';
import { runPlan, type RunPlan } from '@quorate/simulation';
import { properties } from '../src/properties.js';
import { earlyCrashes, planOf, subjectOf, type VotingSubject } from './plans.js';

type VotingStep = Step<Message, Output, Timer, LogRecord>;

export interface KnownBad {
  readonly name: string;
  /** The key of the property that it breaks. */
  readonly breaks: string;
  readonly subject: VotingSubject;
  readonly plan: (seed: number) => RunPlan;
}

/** Starts as if it had never lived. */
class Forgetful extends Voting {
  override restore(): VotingStep {
    return super.restore([]);
  }
}

/** Decides before what it comes to stands on the disk. */
class Hasty extends Voting {
  override receive(...event: Parameters<Voting['receive']>): VotingStep {
    return withoutSettled(super.receive(...event));
  }

  override expire(timer: Timer): VotingStep {
    return withoutSettled(super.expire(timer));
  }
}

const withoutSettled = (step: VotingStep): VotingStep =>
  step.filter((effect) => effect.kind !== 'persist' || effect.record.kind !== 'settled');

/** Waits for everybody, whatever the clock says. */
class Patient extends Voting {
  override expire(timer: Timer): VotingStep {
    return timer.kind === 'period' ? noEffects : super.expire(timer);
  }
}

/** Tells each decision twice. */
class Stuttering extends Voting {
  override receive(...event: Parameters<Voting['receive']>): VotingStep {
    return super.receive(...event).flatMap((effect) => (isDecision(effect) ? [effect, effect] : [effect]));
  }
}

/** Holds against a node what it said in an earlier life. */
class Resentful extends Voting {
  readonly #votes = new Map<string, string>();

  override receive(...event: Parameters<Voting['receive']>): VotingStep {
    const [peer, message] = event;
    const step = super.receive(peer, message);
    if (message.kind !== 'support') return step;
    const place = [peer, message.round, message.attempt, message.phase].join('.');
    const before = this.#votes.get(place) ?? JSON.stringify(message);
    this.#votes.set(place, before);
    if (before === JSON.stringify(message)) return step;
    const fault = { kind: 'double-support', certainty: 'proof', detail: 'two words', evidence: [before] } as const;
    return [...step, { kind: 'fault', peer, fault }];
  }
}

const isDecision = (effect: VotingStep[number]): boolean =>
  effect.kind === 'output' && effect.value.kind === 'decision';

/** Group of 5 whose first leader lies. */
const lyingLeader = (seed: number): RunPlan => ({
  ...planOf(seed, [5, 5]),
  faults: [{ node: 0 as NodeId, behaviour: 'equivocate' }],
  restarts: [],
});

const silentLeader = (seed: number): RunPlan => ({
  ...planOf(seed, [4, 7]),
  faults: [{ node: 0 as NodeId, behaviour: 'silent' }],
  restarts: [],
});

const silentNode = (seed: number): RunPlan => ({
  ...planOf(seed),
  faults: [{ node: 1 as NodeId, behaviour: 'silent' }],
  restarts: [],
});

/** The power fails at a drawn tick of the first round or of those after it. */
const powerFailure = (seed: number): RunPlan => {
  const plan = planOf(seed, [4, 4]);
  const tick = 60 + (seed % 400);
  const restarts = plan.senders.map((node) => ({ node, at: tick, down: 20 + node, disk: 'kept' as const }));
  return { ...plan, faults: [], restarts, disk: { latency: { min: 0, max: 3 } } };
};

const tooLarge = (subject: VotingSubject): VotingSubject => ({ ...subject, input: () => 1000 });

export const knownBad: readonly KnownBad[] = [
  {
    name: 'one vote and more than half (`--quorum majority`), with a leader that tells two things',
    breaks: 'agreement',
    subject: subjectOf({ quorum: 'majority' }),
    plan: lyingLeader,
  },
  {
    name: 'messages take up to two periods',
    breaks: 'agreement',
    subject: { ...subjectOf({ period: 6 }), network: () => ({ latency: { min: 1, max: 12 }, ordered: true }) },
    plan: silentLeader,
  },
  {
    name: 'accepts whatever the leader says',
    breaks: 'validity',
    subject: tooLarge({ ...subjectOf({ rule: () => true }), checkers: subjectOf().checkers }),
    plan: planOf,
  },
  {
    name: 'forgets its log',
    breaks: 'irrevocability',
    subject: subjectOf({}, (all) => new Forgetful(all)),
    plan: powerFailure,
  },
  {
    name: 'does not persist what it has settled',
    breaks: 'agreement',
    subject: subjectOf({ rounds: 4 }, (all) => new Hasty(all)),
    plan: powerFailure,
  },
  {
    name: 'waits for everybody',
    breaks: 'termination',
    subject: subjectOf({}, (all) => new Patient(all)),
    plan: silentNode,
  },
  {
    name: 'tells each decision twice',
    breaks: 'onePerRound',
    subject: subjectOf({}, (all) => new Stuttering(all)),
    plan: planOf,
  },
  {
    name: 'holds against a node what it said before it crashed',
    breaks: 'noFalseProof',
    subject: subjectOf({}, (all) => new Resentful(all)),
    plan: earlyCrashes,
  },
];

/** How many seeds it takes until the property is seen broken; undefined: more than `most`. */
export function seedsToCatch({ breaks, subject, plan }: KnownBad, most: number): number | undefined {
  for (let seed = 0; seed < most; seed++) {
    const { violations } = runPlan(subject, plan(seed));
    if (violations.some(({ property }) => property === properties[breaks])) return seed + 1;
  }
  return undefined;
}
