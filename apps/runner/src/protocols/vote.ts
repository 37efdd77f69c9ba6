import { maxFaulty } from '@quorate/transport';
import { properties as labels, votingProperties, type Message, type Output, type Timer } from '@quorate/voting';
import { promisedWith } from './promised.js';
import type { Composition, Making, Promised, ProtocolEntry } from './protocol.js';
import { attemptCost, attemptFormula } from './vote/cost.js';
import { nodeStorage, resumed } from './vote/group-log.js';
import { judgeVotes } from './vote/judge-votes.js';
import { voteNo, voteRandom } from './vote/opinions.js';
import {
  checkRounds,
  longestSilence,
  patience,
  periodOf,
  virtualPeriod,
  voteDefaults,
  voteOptions,
  type VoteOptions,
} from './vote/options.js';
import { rule, seedBytes, seedIn } from './vote/proposals.js';
import { Voter } from './vote/voter.js';
import { summaryOf, VoteLog, type VoteRecord } from './vote/vote-log.js';

const promised = promisedWith(labels);

const promises: readonly Promised[] = [
  promised('agreement', 'safety', 'no two correct nodes decide differently in a round'),
  promised('validity', 'safety', 'what is decided passes the rule; a correct leader’s value is decided at once'),
  promised('irrevocability', 'safety', 'no correct node takes a decision back'),
  promised('termination', 'liveness', 'every correct node decides every round'),
  promised('onePerRound', 'safety', 'rounds are decided in order, each once'),
  {
    ...promised('noFalseProof', 'safety', 'no correct node says to have proof against another one'),
    simulatedOnly: true,
  },
];

/** A leader proposes, everybody votes, kings settle. */
export const vote: ProtocolEntry = {
  name: 'vote',
  summary: 'a leader proposes, everybody votes, kings settle: the teaching protocol, with a clock and a disk',
  broadcast: 'none',
  work: 'votes',
  usualWork: 1,
  settings: ['rounds', 'propose', 'quorum', 'retries', 'batch', 'period', 'log'],
  defaults: voteDefaults,
  promises,
  mostFaulty: maxFaulty,
  payloadOf: () => seedBytes,
  check: (_group, options) => checkRounds(voteOptions(options).rounds),
  patience: (group, options) => longestSilence(group, voteOptions(options)),
  resume: resumed,
  warning: ({ quorum }) =>
    quorum === 'majority'
      ? '--quorum majority is one vote and more than half: a leader that tells two things, or one liar, splits it'
      : undefined,
  compose: ({ options }, use) => use(composed(voteOptions(options))),
};

function composed(options: VoteOptions): Composition<number, Message, Output, Timer, VoteRecord> {
  const { rounds, quorum, batch, log } = options;
  const honest = ({ group, self }: Making): Voter =>
    new Voter({ ...options, group, self, period: periodOf(options), patience, waits: true });
  const simulated = ({ group, self }: Making): Voter => {
    const period = options.period ?? virtualPeriod;
    return new Voter({ ...options, group, self, period, patience: 4 * patience, waits: false });
  };
  return {
    layer: 'vote',
    behaviours: [voteNo, voteRandom],
    honest,
    ...(log !== undefined && { storage: (node) => nodeStorage(log, node) }),
    inputOf: (value) => seedIn(value),
    answers: () => undefined,
    // What the log holds was decided in another run.
    follows: (output) => output.kind === 'decision' && output.by !== 'log',
    log: () => new VoteLog(),
    judge: (evidence) => judgeVotes(promises, options, evidence),
    simulated: {
      honest: simulated,
      input: (_node, _index, random) => random.below(2 ** 31),
      checkers: [votingProperties({ rounds, rule })],
      summary: summaryOf,
      // A third of the period, less what a slow disk takes of it.
      within: Math.max(1, Math.floor((options.period ?? virtualPeriod) / 10)),
      // Links keep their order: a node that is told to go on was told before what it was.
      network: (network) => ({ ...network, ordered: true }),
      cost: (n) => ({ messages: Math.ceil((rounds * attemptCost({ n, f: maxFaulty(n), quorum })) / n), copies: batch }),
    },
    load: {
      operation: 'a round decided by every correct node',
      lanes: () => 1,
      lanesAreSenders: false,
      lane: (output) => (output.kind === 'decision' ? 0 : -1),
      word: () => 0,
      properties: ['agreement', 'termination'],
      messages: (n) => attemptCost({ n, f: maxFaulty(n), quorum }),
      formula: attemptFormula(quorum),
    },
  };
}
