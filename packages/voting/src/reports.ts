/** What an agreement does to the node that it runs in: what is said, told and persisted of it. */
import type { Fault, NodeId } from '@quorate/transport/contract';
import type { Agreement, Surroundings } from './agreement.js';
import type { DecisionLog } from './decision-log.js';
import { dissent } from './faults.js';
import type { Ledger } from './ledger.js';
import type { Vote } from './message.js';
import type { Outbox } from './outbox.js';
import type { Ballot } from './output.js';
import type { AgreementMessage } from './stages.js';
import { same, type Opinion } from './value.js';

export class Reports implements Surroundings {
  readonly #self: NodeId;
  readonly #log: DecisionLog;
  readonly #ledger: Ledger;
  readonly #outbox: Outbox;

  constructor(self: NodeId, log: DecisionLog, ledger: Ledger, outbox: Outbox) {
    this.#self = self;
    this.#log = log;
    this.#ledger = ledger;
    this.#outbox = outbox;
  }

  say(message: AgreementMessage): void {
    this.#outbox.send('all', message);
  }

  accuse(peer: NodeId, fault: Fault): void {
    if (peer !== this.#self) this.#outbox.add({ kind: 'fault', peer, fault });
  }

  proposed({ round, attempt, leader }: Agreement, value: Opinion): void {
    this.#outbox.tell({ kind: 'proposal', round, attempt, leader, value });
  }

  voted({ round, attempt, opinion }: Agreement, votes: readonly (Vote | undefined)[]): void {
    if (attempt === 0) return;
    for (const [node, vote] of votes.entries()) {
      if (opinion === undefined || vote === undefined || same(vote.value, opinion)) continue;
      this.accuse(node as NodeId, dissent(opinion, vote));
    }
    const ballots = votes.map((vote): Ballot => ballotOf(vote, opinion));
    this.#outbox.tell({ kind: 'votes', round, attempt, votes: ballots });
  }

  settle({ round, attempt, outcome }: Agreement): void {
    if (round === this.#log.last + 1) this.#ledger.settle({ kind: 'settled', round, attempt, decision: outcome });
  }
}

function ballotOf(vote: Vote | undefined, opinion: Opinion): Ballot {
  if (vote === undefined) return 'missing';
  if (vote.value === undefined) return 'no';
  return opinion === undefined || same(vote.value, opinion) ? 'yes' : 'other';
}
