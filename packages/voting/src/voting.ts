/**
 * Voting: a leader proposes, everybody votes, kings settle; round after round, each with exactly one decision, n > 3f.
 *
 * Assumes synchrony: what a correct node sends arrives within a third of the period, and links keep their order. Then all correct
 * nodes decide alike, a correct leader's acceptable value at its first attempt. What comes too late counts as not sent, and with
 * more of that than f nodes' worth the nodes can decide differently.
 *
 * A node that restarts with its records takes back nothing that it decided. One restarted node stays out until it has learned
 * what the others decided from f + 1 of them; a restarted group first settles the round that was open.
 *
 * Between two agreements the nodes agree to go on: a node that is ready says so, and begins when n − f are. So all correct nodes begin
 * within two delays of each other, without clocks that agree. [Srikanth, Toueg 87]
 *
 * A node arrives (`arrival`), and then takes part in one agreement after another (`succession`), each of which is an `agreement`.
 */
import type { DurableProtocol, NodeId, Schema, TimedProtocol } from '@quorate/transport/contract';
import { noEffects } from '@quorate/transport/contract';
import { Agreements } from './agreements.js';
import { Arrival } from './arrival.js';
import { Claims } from './claims.js';
import { DecisionLog } from './decision-log.js';
import { EarlyMessages } from './early-messages.js';
import { contradiction } from './faults.js';
import { Ledger } from './ledger.js';
import { messageSchema, type Message, type Ready } from './message.js';
import { checkOptions, type VotingOptions } from './options.js';
import { Outbox, type VotingStep } from './outbox.js';
import type { Output } from './output.js';
import { OwnValues } from './own-values.js';
import { recordSchema, type LogRecord } from './record.js';
import { Reports } from './reports.js';
import { isOfAgreement } from './stages.js';
import { Succession } from './succession.js';
import type { Timer } from './timer.js';
import { belowThousand, same, type Batch } from './value.js';

/** One node. `restore` comes first, with what its last life persisted; everything else follows from what it is told then. */
export class Voting
  implements
    TimedProtocol<number, Message, Output, Timer, LogRecord>,
    DurableProtocol<number, Message, Output, LogRecord, Timer>
{
  readonly schema: Schema<Message>;
  readonly recordSchema: Schema<LogRecord> = recordSchema;
  readonly #values: OwnValues;
  readonly #log: DecisionLog;
  readonly #ledger: Ledger;
  readonly #claims: Claims;
  readonly #reports: Reports;
  readonly #arrival: Arrival;
  readonly #succession: Succession;
  readonly #outbox: Outbox = new Outbox();

  /** Throws Q7001 on options that are none. */
  constructor(options: VotingOptions) {
    checkOptions(options);
    const { group, self, rounds = 1, batch = 1, period = 100 } = options;
    const {
      rule = belowThousand,
      quorum = 'kings',
      retries = 3,
      grace = 20 * period,
      keep = 65_536,
      logBytes = 2 ** 27,
    } = options;
    const outbox = this.#outbox;
    const log = new DecisionLog(group);
    const ledger = new Ledger(log, outbox, { keep, logBytes });
    const claims = new Claims(group);
    const early = new EarlyMessages(group);
    const values = new OwnValues({ propose: options.propose, batch });
    const reports = new Reports(self, log, ledger, outbox);
    const agreements = new Agreements({ group, self, rule, quorum, retries }, log, reports);
    this.schema = messageSchema(group);
    this.#log = log;
    this.#ledger = ledger;
    this.#claims = claims;
    this.#values = values;
    this.#reports = reports;
    this.#succession = new Succession(
      { group, self, rounds, period },
      { log, ledger, claims, early, outbox, agreements, values },
      { join: (barrier) => this.#arrival.join(barrier), startWithOthers: () => this.#arrival.startWithOthers() },
    );
    const parts = { log, ledger, claims, early, outbox };
    this.#arrival = new Arrival({ group, self, rounds, period, grace }, parts, this.#succession);
  }

  get ready(): boolean {
    return this.#values.ready;
  }

  /** The last decided round; 0 at first. */
  get decided(): number {
    return this.#log.last;
  }

  /** The decision of a round, if it is decided and still kept. An empty batch: every attempt came to NO. */
  decisionOf(round: number): Batch | undefined {
    return this.#log.decisionOf(round);
  }

  /**
   * A value that this node proposes when it leads, until an attempt that it leads decides it. What is decided after a restart of the group, or learned of others,
   * is not told apart from theirs: such a value is proposed once more. Throws Q7002 on what is no whole number, Q7003 when too many wait.
   */
  input(value: number): VotingStep {
    this.#values.put(value);
    return noEffects;
  }

  restore(records: readonly LogRecord[]): VotingStep {
    this.#ledger.restore(records);
    this.#arrival.start();
    return this.#outbox.take();
  }

  receive(from: NodeId, message: Message): VotingStep {
    if (isOfAgreement(message)) this.#succession.hear(from, message);
    else if (message.kind === 'ready') this.#hearReady(from, message);
    else if (message.kind === 'hello') this.#arrival.hearHello(from, message);
    else if (message.kind === 'decisions') this.#arrival.hearDecisions(from, message);
    else {
      const answer = this.#log.answer(from, message);
      if (answer !== undefined) this.#outbox.send(from, answer);
    }
    return this.#outbox.take();
  }

  #hearReady(from: NodeId, ready: Ready): void {
    const decided = this.#log.decisionOf(ready.round - 1);
    if (decided !== undefined && ready.decision !== undefined && !same(decided, ready.decision)) {
      this.#reports.accuse(from, contradiction(decided, ready));
    }
    this.#claims.ready(from, ready);
    if (this.#arrival.out) this.#arrival.hearReady(from);
    else this.#succession.hearReady();
  }

  /** Frames of the peer were lost, and its hello may be among them: it is told where this node is. */
  reopened(peer: NodeId): VotingStep {
    this.#log.welcome(peer);
    this.#succession.startedAnew(peer);
    if (this.#arrival.out) this.#arrival.hello(peer);
    else this.#succession.tellPlace(peer);
    return this.#outbox.take();
  }

  expire(timer: Timer): VotingStep {
    if (timer.kind === 'period') this.#succession.periodOver(timer);
    else this.#arrival.expire(timer);
    return this.#outbox.take();
  }
}
