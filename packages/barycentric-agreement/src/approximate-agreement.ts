/**
 * Approximate agreement on points of d coordinates: decisions of correct nodes lie within epsilon of each other, and within the
 * convex hull of what correct nodes put in. n > (d + 2) f, asynchronous.
 *
 * Each agreement is a fixed number of rounds of a round collector: put the point in, take the points of n − f nodes or more, go to
 * the point that the convergence rule makes of them. Agreement k has the rounds k · R … k · R + R − 1, so one collector carries
 * one agreement after the other, and several at a time.
 *
 * Sources: Abraham, Amit, Dolev, "Optimal resilience asynchronous approximate agreement", OPODIS 2004 (the rounds, d = 1);
 * Mendes, Herlihy, Vaidya, Garg, "Multidimensional agreement in Byzantine systems", Distributed Computing 28 (2015).
 * Deviates: the number of rounds follows from the declared range, so that no liar can lengthen or shorten a run.
 */
import {
  checkFunction,
  checkMade,
  checkMaking,
  collectorMembers,
  lift,
  noEffects,
  putsNothingOut,
  QuorateError,
  Refusal,
  type Codec,
  type Collected,
  type Effect,
  type Group,
  type NodeId,
  type Protocol,
  type RoundCollector,
  type RoundCollectorFactory,
  type Schema,
  type Step,
} from '@quorate/reliable-broadcast';
import { convergenceRule, type ConvergenceRule, type Declared } from './convergence.js';
import { checkCollector, checkDeclared, checkGroup, roundsFor } from './declared.js';
import { malformedPoint, missedAgreement } from './faults.js';
import { pointCodec, type Point } from './point.js';

export interface ApproximateAgreementOptions<Message> extends Declared {
  readonly group: Group;
  readonly self: NodeId;
  readonly incarnation?: number;
  /** The layer below. Any two of its outputs for a round must have n − f values in common. */
  readonly collector: RoundCollectorFactory<Message>;
  /** Permits n ≤ (d + 2) f, to watch what breaks. */
  readonly unsafe?: boolean;
  /** Another way to get from the points of a round to the next point. */
  readonly rule?: ConvergenceRule;
}

/** Where a node stands after `round` rounds; with 0, its own input. */
export interface RoundPoint {
  readonly kind: 'round';
  readonly agreement: number;
  readonly round: number;
  readonly point: Point;
  /** The nodes whose points it was made from, ascending; none in round 0. */
  readonly from: readonly NodeId[];
}

/** The outcome of an agreement: the point of its last round. */
export interface Decision {
  readonly kind: 'decision';
  readonly agreement: number;
  readonly point: Point;
}

export type ApproximateOutput = RoundPoint | Decision;

/** An agreement that this node takes part in and has not decided. */
interface Running {
  round: number;
  point: Point;
  /** Whether the point is in the round; until then, the collector had no room for it. */
  isIn: boolean;
}

type Effects<Message> = readonly Effect<Message, ApproximateOutput>[];

export class ApproximateAgreement<Message> implements Protocol<ArrayLike<number>, Message, ApproximateOutput> {
  readonly schema: Schema<Message>;
  /** Rounds of each agreement: the same for every node, whatever anybody says. */
  readonly rounds: number;
  readonly #group: Group;
  readonly #self: NodeId;
  readonly #declared: Declared;
  readonly #rule: ConvergenceRule;
  readonly #collector: RoundCollector<Message>;
  readonly #codec: Codec<Point>;
  /** What stands for a point that was none. */
  readonly #standIn: Point;
  readonly #running = new Map<number, Running>();
  /** The latest output of rounds that this node has yet to use: at most as many as the collector keeps. */
  readonly #collected = new Map<number, Collected['values']>();
  #next = 0;
  /** The collector's lowest round, as it was last. */
  #lowest = 0;
  /** The collector had no room for a point. */
  #hindered = false;

  /** Throws Q4301 (dimension), Q4302 (epsilon), Q4303 (range), Q4304 or Q4305 (nodes), Q4306 (collector), Q4014 or Q1002 (parts that are none). */
  constructor(options: ApproximateAgreementOptions<Message>) {
    checkMaking('ApproximateAgreement', options, 'collector');
    const { group, self, incarnation = 0, dimension, epsilon, range, rule = convergenceRule } = options;
    checkFunction('ApproximateAgreement', 'rule', rule);
    checkDeclared({ dimension, epsilon, range });
    checkGroup(group, dimension, options.unsafe === true);
    const [low, high] = range;
    this.#declared = { dimension, epsilon, range: [low + 0, high + 0] };
    this.rounds = roundsFor(this.#declared);
    this.#group = group;
    this.#self = self;
    this.#rule = rule;
    this.#codec = pointCodec(dimension, this.#declared.range);
    this.#standIn = Array.from({ length: dimension }, () => low + 0);
    this.#collector = options.collector({ group, self, incarnation });
    checkMade('ApproximateAgreement', 'collector', this.#collector, collectorMembers);
    checkCollector(this.#collector, dimension, this.rounds);
    this.schema = this.#collector.schema;
  }

  /** The number of the agreement that the next input goes into. */
  get nextAgreement(): number {
    return this.#next;
  }

  /** False while as many agreements are undecided as the collector has rounds for. */
  get ready(): boolean {
    const [oldest = this.#next] = this.#running.keys();
    return this.#collector.ready && (this.#next + 1 - oldest) * this.rounds <= this.#collector.openRounds;
  }

  /** This node's point for the next agreement. Throws Q4307 (no point of the declared kind) or Q4308 (not `ready`). */
  input(coordinates: ArrayLike<number>): Step<Message, ApproximateOutput> {
    const point = this.#checked(coordinates);
    if (!this.ready) throw new QuorateError('Q4308', 'too many agreements are undecided', 'wait until ready is true');
    const agreement = this.#next++;
    const start: ApproximateOutput = { kind: 'round', agreement, round: 0, point, from: [] };
    if (this.rounds === 0) return [output(start), output({ kind: 'decision', agreement, point })];
    // Only now: until here the rounds of earlier agreements were served for nodes that are slow.
    this.#collector.close(Math.max(0, (agreement + 1) * this.rounds - this.#collector.openRounds));
    this.#running.set(agreement, { round: 0, point, isIn: false });
    return [output(start), ...this.#enter(agreement)];
  }

  receive(from: NodeId, message: Message): Step<Message, ApproximateOutput> {
    return this.#resume(this.#lift(this.#collector.receive(from, message)));
  }

  reopened(peer: NodeId, incarnation: number): Step<Message, ApproximateOutput> {
    return this.#resume(this.#lift(this.#collector.reopened?.(peer, incarnation) ?? noEffects));
  }

  /** Points that the collector had no room for go in as soon as it has. */
  #resume(step: Effects<Message>): Effects<Message> {
    if (!this.#hindered || !this.#collector.ready) return step;
    this.#hindered = false;
    return [
      step,
      ...[...this.#running].map(([agreement, { isIn }]) => (isIn ? noEffects : this.#enter(agreement))),
    ].flat();
  }

  #lift(step: Step<Message, Collected>): Effects<Message> {
    if (putsNothingOut(step) && this.#collector.lowestRound === this.#lowest) return step;
    const lifted = lift(step, {
      message: (message: Message) => message,
      output: (collected: Collected) => this.#filled(collected),
    });
    const missed = this.#catchUp();
    return missed.length === 0 ? lifted : [...lifted, ...missed];
  }

  /** Puts the node's point into the round that it has come to, and leaves the round at once if its values are there. */
  #enter(agreement: number): Effects<Message> {
    const running = this.#running.get(agreement);
    if (running === undefined) return noEffects;
    if (!this.#collector.ready) {
      this.#hindered = true;
      return noEffects;
    }
    const round = agreement * this.rounds + running.round;
    // Closed in this very event, because the others are far ahead: what came of that is told at its end.
    if (round < this.#collector.lowestRound) return noEffects;
    running.isIn = true;
    const put = this.#lift(this.#collector.input({ round, value: this.#codec.encode(running.point) }));
    const values = this.#collected.get(round);
    return values === undefined ? put : [...put, ...this.#leave(agreement, running, values)];
  }

  #filled({ round, values }: Collected): Effects<Message> {
    const agreement = Math.floor(round / this.rounds);
    const running = this.#running.get(agreement);
    const at = running === undefined ? 0 : running.round;
    if ((running === undefined && agreement < this.#next) || round < agreement * this.rounds + at) return noEffects;
    this.#collected.set(round, values);
    if (running?.isIn !== true || round > agreement * this.rounds + at) return noEffects;
    return this.#leave(agreement, running, values);
  }

  #leave(agreement: number, running: Running, values: Collected['values']): Effects<Message> {
    const round = running.round++;
    running.isIn = false;
    this.#collected.delete(agreement * this.rounds + round);
    const faults: Effect<Message, ApproximateOutput>[] = [];
    const points: Point[] = [];
    for (const [sender, value] of values) {
      const point = this.#codec.decode(value);
      if (point instanceof Refusal) {
        faults.push({ kind: 'fault', peer: sender, fault: malformedPoint(agreement, round, new Uint8Array(value)) });
        // Deviates: dropping it would leave fewer than n − f points. Its sender could have said this as well.
        points.push(this.#standIn);
      } else points.push(point);
    }
    // A rule that finds no point (only with n ≤ (d + 2) f) leaves the node where it is: valid, if not nearer.
    const point = this.#rule({ points, f: this.#group.f, round }) ?? running.point;
    running.point = point;
    const from = [...values.keys()].toSorted((a, b) => a - b);
    const step = [...faults, output({ kind: 'round', agreement, round: running.round, point, from })];
    if (running.round < this.rounds) return [...step, ...this.#enter(agreement)];
    this.#running.delete(agreement);
    return [...step, output({ kind: 'decision', agreement, point })];
  }

  /** When the collector gave up rounds that this node had yet to use, their agreements are lost to it. */
  #catchUp(): Effects<Message> {
    const lowest = this.#collector.lowestRound;
    this.#lowest = lowest;
    const missed: Effect<Message, ApproximateOutput>[] = [];
    for (const [agreement, { round }] of this.#running) {
      if (agreement * this.rounds + round >= lowest) break;
      this.#running.delete(agreement);
      missed.push({ kind: 'fault', peer: this.#self, fault: missedAgreement(agreement, this.#self) });
    }
    if (lowest > this.#next * this.rounds) this.#next = Math.ceil(lowest / this.rounds);
    for (const round of this.#collected.keys()) {
      if (round < lowest) this.#collected.delete(round);
    }
    return missed;
  }

  #checked(coordinates: ArrayLike<number>): Point {
    const { dimension, range } = this.#declared;
    // Text that looks like a number would be put together with 0, not added.
    const point = Array.from(coordinates ?? [], (part) => (typeof part === 'number' ? part + 0 : Number.NaN));
    if (point.length !== dimension) {
      throw new QuorateError(
        'Q4307',
        `a point has ${dimension} coordinates, not ${point.length}`,
        `put in a list of ${dimension} numbers`,
      );
    }
    for (const [axis, coordinate] of point.entries()) {
      if (coordinate >= range[0] && coordinate <= range[1]) continue;
      throw new QuorateError(
        'Q4307',
        `coordinate ${axis} is ${coordinate}, outside of ${range[0]} … ${range[1]}`,
        'put in finite numbers of the declared range, or declare a wider one on every node',
      );
    }
    return point;
  }
}

const output = (value: ApproximateOutput) => ({ kind: 'output', value }) as const;
