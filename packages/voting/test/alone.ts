/** One node of a group, told by hand what the others say. */
import {
  createGroup,
  nodeId,
  Voting,
  type Fault,
  type LogRecord,
  type Message,
  type NodeId,
  type Output,
  type Step,
  type Timer,
  type VotingOptions,
} from '@quorate/voting';

export class Alone {
  readonly node: Voting;
  readonly #self: NodeId;
  /** How often it armed timers, by kind. */
  readonly arms: Record<Timer['kind'], number> = { period: 0, grace: 0, answered: 0 };
  readonly #armed = new Map<string, readonly [timer: Timer, ticks: number]>();
  /** What it said to all. */
  readonly said: Message[] = [];
  /** What it said to one node. */
  readonly told: (readonly [to: number, message: Message])[] = [];
  readonly outputs: Output[] = [];
  readonly faults: (readonly [peer: number, fault: Fault])[] = [];
  /** What is on its disk. */
  readonly records: LogRecord[] = [];

  constructor(nodes: number, self: number, options: Partial<VotingOptions> = {}, records: readonly LogRecord[] = []) {
    const group = createGroup({ nodes });
    this.#self = nodeId(group, self);
    this.node = new Voting({ group, self: this.#self, period: 60, rounds: 9, ...options });
    this.records.push(...records);
    this.#apply(this.node.restore(records));
  }

  hear(from: readonly number[], message: Message): void {
    for (const one of from) this.#apply(this.node.receive(one as NodeId, message));
  }

  reopened(peer: number): void {
    this.#apply(this.node.reopened(peer as NodeId));
  }

  /** A timer of this name runs out, armed or not. */
  late(timer: Timer): void {
    this.#apply(this.node.expire(timer));
  }

  /** The timers of a kind that are armed. */
  armed(kind: Timer['kind']): readonly Timer[] {
    return [...this.#armed.values()].flatMap(([timer]) => (timer.kind === kind ? [timer] : []));
  }

  /** For how many ticks the timers of a kind were armed. */
  ticks(kind: Timer['kind']): readonly number[] {
    return [...this.#armed.values()].flatMap(([timer, ticks]) => (timer.kind === kind ? [ticks] : []));
  }

  /** Whether a timer of this kind is armed. */
  waits(kind: Timer['kind']): boolean {
    return this.armed(kind).length > 0;
  }

  /** Lets the timers of a kind run out that are armed now. */
  expire(kind: Timer['kind']): void {
    for (const timer of this.armed(kind)) {
      this.#armed.delete(JSON.stringify(timer));
      this.late(timer);
    }
  }

  /** What it said last of a kind. */
  last(kind: Message['kind']): Message | undefined {
    return this.said.findLast((message) => message.kind === kind);
  }

  /** How often it said a word of a kind to all. */
  times(kind: Message['kind']): number {
    return this.said.filter((message) => message.kind === kind).length;
  }

  /** What it decided: `round: values how`. */
  get decisions(): readonly string[] {
    return this.outputs.flatMap((one) =>
      one.kind === 'decision' ? [`${one.round}: ${one.value.join()} ${one.by}`] : [],
    );
  }

  /** What it says against others: `peer kind`. */
  get accused(): readonly string[] {
    return this.faults.map(([peer, { kind }]) => `${peer} ${kind}`);
  }

  #apply(step: Step<Message, Output, Timer, LogRecord>): void {
    for (const effect of step) {
      if (effect.kind === 'arm') this.arms[effect.timer.kind]++;
      if (effect.kind === 'arm') this.#armed.set(JSON.stringify(effect.timer), [effect.timer, effect.ticks]);
      if (effect.kind === 'cancel') this.#armed.delete(JSON.stringify(effect.timer));
      if (effect.kind === 'output') this.outputs.push(effect.value);
      if (effect.kind === 'fault') this.faults.push([effect.peer, effect.fault]);
      if (effect.kind === 'persist') this.records.push(effect.record);
      if (effect.kind === 'compact') this.records.splice(0, this.records.length, ...effect.records);
      if (effect.kind !== 'send') continue;
      if (effect.to === 'all') this.said.push(effect.message);
      else this.told.push([effect.to, effect.message]);
      if (effect.to === 'all' || effect.to === this.#self) this.#apply(this.node.receive(this.#self, effect.message));
    }
  }
}

export const ready = (round: number, attempt: number, decision?: readonly number[]): Message => ({
  kind: 'ready',
  round,
  attempt,
  decision,
});

export const hello = (round: number): Message => ({ kind: 'hello', round });

/** Four nodes, of which this one is node 3, decide round 1 to be 5, and begin round 2. */
export function running(options: Partial<VotingOptions> = {}): Alone {
  const node = new Alone(4, 3, options);
  node.hear([0, 1, 2], ready(1, 1));
  node.expire('answered');
  node.hear([0, 1, 2], ready(2, 1, [5]));
  return node;
}

/** Seven nodes, of which this one is node 6, decide round 1 to be 5; it is ready for round 2, and waits for a fifth. */
export function waiting(options: Partial<VotingOptions> = {}): Alone {
  const node = new Alone(7, 6, options);
  node.hear([0, 1, 2], ready(1, 1));
  node.expire('answered');
  node.hear([0, 1, 2], ready(2, 1, [5]));
  return node;
}

/** Four nodes, of which this one is node 3, have all started and find out where to begin. */
export function beginning(options: Partial<VotingOptions> = {}, records: readonly LogRecord[] = []): Alone {
  const node = new Alone(4, 3, options, records);
  node.hear([0, 1, 2], hello(0));
  node.expire('answered');
  node.hear([0, 1, 2], ready(0, 0));
  return node;
}

/** All periods of an agreement of four nodes pass. */
export function silence(node: Alone): void {
  for (let period = 0; period < 8; period++) node.expire('period');
}

/** Who leads an agreement of four nodes. */
const leaderOf = (round: number, attempt: number): number => (Math.max(round, 1) + Math.max(attempt, 1) - 2) % 4;

/** Nodes 0, 1 and 2 of four hold one opinion in all steps of an agreement, and say so: all but that they have settled. */
export function agree(node: Alone, round: number, attempt: number, value: readonly number[] | undefined): void {
  const others = [0, 1, 2];
  const leader = leaderOf(round, attempt);
  if (attempt > 0 && leader !== 3) node.hear([leader], { kind: 'proposal', round, attempt, value });
  for (const phase of [0, 1]) {
    const king = (leader + phase) % 4;
    node.hear(others, { kind: 'vote', round, attempt, phase, value });
    node.hear(others, { kind: 'support', round, attempt, phase, supported: true, value });
    if (king !== 3) node.hear([king], { kind: 'decree', round, attempt, phase, value });
  }
}

/** They do, and settle. */
export function conclude(node: Alone, round: number, attempt: number, value: readonly number[] | undefined): void {
  agree(node, round, attempt, value);
  node.hear([0, 1, 2], { kind: 'settled', round, attempt });
}
