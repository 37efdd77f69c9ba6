import { describe, expect, it } from 'vitest';
import {
  codec,
  createGroup,
  messageSchema,
  recordSchema,
  sample,
  Voting,
  VotingObserver,
  type Codec,
  type LogRecord,
  type Message,
  type NodeId,
  type Output,
  type Schema,
  type Step,
  type Timer,
} from '@quorate/voting';
import { seededRandom, type Random } from '@quorate/simulation';

const seeds = Number(process.env['QUORATE_SEEDS'] ?? 30);

const records = codec(recordSchema);

/** Anything that there is, mostly near where the node is. */
function anything(schema: Schema<Message>, random: Random): Message {
  const message = sample(schema, random);
  if (random.below(5) === 0) return message;
  const near = { ...message, round: random.below(4), ...('attempt' in message && { attempt: random.below(3) }) };
  if ('value' in near) return { ...near, value: random.below(3) === 0 ? undefined : [1 + random.below(2)] };
  if ('decisions' in near) return { ...near, decisions: [[1 + random.below(2)], [1]] };
  return 'decision' in near ? { ...near, decision: [1 + random.below(2)] } : near;
}

/** A node among others that say anything, whose timers run out at any time, late and twice. */
class Beset {
  readonly #random: Random;
  readonly #node: Voting;
  readonly #timers: Timer[] = [];
  readonly #observer: VotingObserver;
  readonly #self: NodeId;
  readonly #wire: Codec<Message>;
  effects = 0;

  constructor(nodes: number, random: Random, log: readonly LogRecord[]) {
    const group = createGroup({ nodes });
    const self = (nodes - 1) as NodeId;
    this.#random = random;
    this.#self = self;
    this.#wire = codec(messageSchema(group));
    this.#observer = new VotingObserver({ correct: [self], rounds: 3 });
    this.#node = new Voting({ group, self, rounds: 3, keep: 1, propose: (round) => [round] });
    this.#take(this.#node.restore(log));
  }

  /** One more thing happens. */
  next(): void {
    const peer = this.#random.below(this.#self) as NodeId;
    const timer = this.#timers[this.#random.below(this.#timers.length + 1)];
    const choice = this.#random.below(12);
    if (choice === 0 && timer !== undefined) this.#take(this.#node.expire(timer));
    else if (choice === 1) this.#take(this.#node.reopened(peer));
    else this.#take(this.#node.receive(peer, anything(this.#node.schema, this.#random)));
  }

  #take(step: Step<Message, Output, Timer, LogRecord>): void {
    this.effects = Math.max(this.effects, step.length);
    for (const effect of step) {
      if (effect.kind === 'arm') this.#timers.push(effect.timer);
      if (effect.kind === 'cancel') expect(effect.timer).toBeDefined();
      if (effect.kind === 'persist') expect(records.decode(records.encode(effect.record))).toEqual(effect.record);
      if (effect.kind === 'output')
        expect(this.#observer.output(this.#self, effect.value)?.property ?? '').not.toMatch(/VOTE[35]/);
      if (effect.kind === 'fault') expect(effect.peer).not.toBe(this.#self);
      if (effect.kind !== 'send') continue;
      expect(this.#wire.decode(this.#wire.encode(effect.message))).toEqual(effect.message);
      if (effect.to === 'all' || effect.to === this.#self) this.#take(this.#node.receive(this.#self, effect.message));
    }
  }
}

describe('a node to which the others say anything, at any time', () => {
  it.each([2, 4, 7])(
    'of %i: throws nothing, decides round after round each once, and does only so much at a time',
    (nodes) => {
      for (let seed = 0; seed < seeds; seed++) {
        const random = seededRandom(seed);
        const decided = Array.from({ length: random.below(3) }, (_, at) => at + 1);
        const beset = new Beset(
          nodes,
          random,
          decided.map((round) => ({ kind: 'decided', round, decision: [1] })),
        );
        for (let count = 0; count < 600; count++) beset.next();
        expect({ seed, many: beset.effects > 60 }).toEqual({ seed, many: false });
      }
    },
  );
});
