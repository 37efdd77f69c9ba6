/** Which agreement stands at which place: who leads it, what it begins with, what may be said in it. */
import type { Group, NodeId } from '@quorate/transport/contract';
import { Agreement, type AgreementOptions, type Surroundings } from './agreement.js';
import type { Place } from './claims.js';
import type { DecisionLog } from './decision-log.js';
import type { Quorum } from './stages.js';
import { same, type Opinion, type Rule } from './value.js';

export class Agreements {
  readonly #group: Group;
  readonly #self: NodeId;
  readonly #rule: Rule;
  readonly #quorum: Quorum;
  readonly #retries: number;
  readonly #log: DecisionLog;
  readonly #around: Surroundings;

  constructor(
    options: {
      readonly group: Group;
      readonly self: NodeId;
      readonly rule: Rule;
      readonly quorum: Quorum;
      readonly retries: number;
    },
    log: DecisionLog,
    around: Surroundings,
  ) {
    this.#group = options.group;
    this.#self = options.self;
    this.#rule = options.rule;
    this.#quorum = options.quorum;
    this.#retries = options.retries;
    this.#log = log;
    this.#around = around;
  }

  /** The agreement at a place. `propose` answers what this node proposes, and is asked only if it leads. */
  at(place: Place, propose: (round: number) => Opinion): Agreement {
    if (place.round === 0) return this.#commonRound(place);
    return place.attempt === 0 ? this.#recovery(place) : this.#attempt(place, propose);
  }

  /** Correct nodes differ by one decided round at most, so the parity of a round says which one it is. */
  #commonRound(place: Place): Agreement {
    return this.#make(place, {
      quorum: 'kings',
      proposed: false,
      own: [this.#log.last % 2],
      acceptable: isParity,
      fallback: [0],
      instead: undefined,
    });
  }

  /** What became of the round that was open when the group stopped: what this node logged or settled of it. */
  #recovery(place: Place): Agreement {
    return this.#make(place, {
      quorum: 'kings',
      proposed: false,
      own: this.#log.decisionOf(place.round) ?? this.#log.settled?.decision,
      acceptable: (value) => value === undefined || value.every(this.#rule),
      fallback: undefined,
      instead: undefined,
    });
  }

  #attempt(place: Place, propose: (round: number) => Opinion): Agreement {
    return this.#make(place, {
      quorum: this.#quorum,
      proposed: true,
      own: this.#leaderOf(place) === this.#self ? propose(place.round) : undefined,
      acceptable: (value) => value === undefined || (value.length > 0 && value.every(this.#rule)),
      fallback: undefined,
      instead: place.attempt > this.#retries ? [] : undefined,
    });
  }

  #make(
    place: Place,
    rest: Pick<AgreementOptions, 'quorum' | 'proposed' | 'own' | 'acceptable' | 'fallback' | 'instead'>,
  ): Agreement {
    const { round, attempt } = place;
    const leader = this.#leaderOf(place);
    return new Agreement({ group: this.#group, self: this.#self, round, attempt, leader, ...rest }, this.#around);
  }

  #leaderOf({ round, attempt }: Place): NodeId {
    return ((Math.max(round, 1) + Math.max(attempt, 1) - 2) % this.#group.n) as NodeId;
  }
}

const isParity = (value: Opinion): boolean => same(value, [0]) || same(value, [1]);
