/** The decisions of a node, round by round, and how it learns those that it missed. */
import { oneCorrect, type Group, type NodeId } from '@quorate/transport/contract';
import { decisionsPerAnswer, type Ask, type Decisions } from './message.js';
import type { LogRecord, SettledRecord } from './record.js';
import { saidBy, type Batch } from './value.js';

/** Answers that a peer may ask for before one of the two has made progress. */
const mostAnswers = 8;

export class DecisionLog {
  readonly #group: Group;
  /** Decisions from round `#first` on. */
  readonly #decisions: Batch[] = [];
  #first = 1;
  /** What the next round came to, where this node has settled but not decided. */
  #settled: SettledRecord | undefined;
  /** What each node answered last, while this one is behind. */
  readonly #answers: (Decisions | undefined)[];
  /** Answers that each node may still get. */
  readonly #credit: number[];
  /** The highest round that each node has asked for. */
  readonly #asked: number[];

  constructor(group: Group) {
    this.#group = group;
    this.#answers = Array.from({ length: group.n }, () => undefined);
    this.#credit = Array.from({ length: group.n }, () => mostAnswers);
    this.#asked = Array.from({ length: group.n }, () => 0);
  }

  /** The last decided round; 0 at first. */
  get last(): number {
    return this.#first + this.#decisions.length - 1;
  }

  /** The first round that is kept. */
  get first(): number {
    return this.#first;
  }

  /** What this node has settled for the round after the last, if it has. */
  get settled(): SettledRecord | undefined {
    return this.#settled?.round === this.last + 1 ? this.#settled : undefined;
  }

  decisionOf(round: number): Batch | undefined {
    return this.#decisions[round - this.#first];
  }

  settle(record: SettledRecord): void {
    this.#settled = record;
  }

  /** The next round is decided. */
  decide(decision: Batch): void {
    this.#decisions.push(decision);
    this.#credit.fill(mostAnswers);
  }

  /** Takes over what an earlier life persisted. */
  restore(records: readonly LogRecord[]): void {
    for (const record of records) {
      if (record.kind === 'settled') {
        this.#settled = record;
        continue;
      }
      if (this.#decisions.length === 0) this.#first = record.round;
      if (record.round === this.last + 1) this.#decisions.push(record.decision);
    }
  }

  /** Forgets all but the last `count` rounds; answers the records that remain. */
  keep(count: number): readonly LogRecord[] {
    const forgotten = Math.max(0, this.#decisions.length - count);
    this.#decisions.splice(0, forgotten);
    this.#first += forgotten;
    const decided = this.#decisions.map((decision, index): LogRecord => ({
      kind: 'decided',
      round: this.#first + index,
      decision,
    }));
    return this.settled === undefined ? decided : [...decided, this.settled];
  }

  /** What to answer a node that asks; nothing when it asks too often or for what is not there. */
  answer(from: NodeId, { round }: Ask): Decisions | undefined {
    if (round < this.#first || round > this.last) return undefined;
    // Who asks for what comes after an answer has made use of it: each decision leaves a bounded number of times.
    if (round >= (this.#asked[from] ?? 0) + decisionsPerAnswer) this.#asked[from] = round;
    else if (!this.#takeCredit(from)) return undefined;
    const start = round - this.#first;
    return { kind: 'decisions', round, decisions: this.#decisions.slice(start, start + decisionsPerAnswer) };
  }

  /** A node was started anew, or the link to it: it may have to ask for everything again. */
  welcome(node: NodeId): void {
    this.#credit[node] = mostAnswers;
    this.#asked[node] = 0;
  }

  #takeCredit(from: NodeId): boolean {
    const credit = this.#credit[from] ?? 0;
    this.#credit[from] = Math.max(0, credit - 1);
    return credit > 0;
  }

  /** Takes an answer. */
  hear(from: NodeId, answer: Decisions): void {
    this.#answers[from] = answer;
  }

  /** The decision of the next round, when f + 1 nodes answered the same. */
  learned(): Batch | undefined {
    const round = this.last + 1;
    const answers = this.#answers.map((answer) => answer?.decisions[round - answer.round]);
    return saidBy(oneCorrect(this.#group), answers);
  }
}
