/** A voting node as the command runs it: it begins when it is told to, proposes what follows from its seed, and may be made to lie about its opinion. */
import type { DurableProtocol, Group, NodeId, Schema, Step, TimedProtocol } from '@quorate/transport';
import { noEffects } from '@quorate/transport';
import { Voting, type LogRecord, type Message, type Output, type Rule, type Timer } from '@quorate/voting';
import type { VoteOptions } from './options.js';
import { proposalOf, rule } from './proposals.js';

export interface VoterOptions extends VoteOptions {
  readonly group: Group;
  readonly self: NodeId;
  readonly period: number;
  /** Periods to wait at the start for nodes that are not there yet. */
  readonly patience: number;
  /** Begins with its first input, so that all nodes begin together; otherwise with its restored records. */
  readonly waits: boolean;
}

type VoterStep = Step<Message, Output, Timer, LogRecord>;

/** An input is the seed of the node's proposals. The first one counts; a node without one has seed 0. */
export class Voter
  implements
    TimedProtocol<number, Message, Output, Timer, LogRecord>,
    DurableProtocol<number, Message, Output, LogRecord, Timer>
{
  /** Which values it accepts: a faulty node has a rule of its own. */
  rule: Rule = rule;
  readonly #voting: Voting;
  readonly #hellos = new Map<NodeId, Message>();
  #seed = 0;
  #begun: boolean;
  #told = false;
  #records: readonly LogRecord[] = [];

  /** Throws Q7001 on options that are none. */
  constructor(options: VoterOptions) {
    const { group, self, quorum, rounds, retries, batch, period, patience } = options;
    this.#begun = !options.waits;
    this.#voting = new Voting({
      group,
      self,
      quorum,
      rounds,
      retries,
      batch,
      period,
      grace: patience * period,
      keep: Math.max(rounds, 1),
      rule: (value) => this.rule(value),
      propose: (round) => proposalOf(this.#seed, round, options),
    });
  }

  get schema(): Schema<Message> {
    return this.#voting.schema;
  }

  get recordSchema(): Schema<LogRecord> {
    return this.#voting.recordSchema;
  }

  get ready(): boolean {
    return true;
  }

  input(seed: number): VoterStep {
    if (!this.#told) this.#seed = seed;
    this.#told = true;
    if (this.#begun) return noEffects;
    this.#begun = true;
    const steps = [this.#voting.restore(this.#records)];
    this.#records = [];
    for (const [from, hello] of this.#hellos) steps.push(this.#voting.receive(from, hello));
    this.#hellos.clear();
    return steps.flat();
  }

  restore(records: readonly LogRecord[]): VoterStep {
    if (this.#begun) return this.#voting.restore(records);
    this.#records = records;
    return noEffects;
  }

  /** Of what comes too early, only who has started matters: the rest is said again to whoever starts. */
  receive(from: NodeId, message: Message): VoterStep {
    if (this.#begun) return this.#voting.receive(from, message);
    if (message.kind === 'hello') this.#hellos.set(from, message);
    return noEffects;
  }

  reopened(peer: NodeId): VoterStep {
    return this.#begun ? this.#voting.reopened(peer) : noEffects;
  }

  expire(timer: Timer): VoterStep {
    return this.#voting.expire(timer);
  }
}
