import type { NodeId } from '@quorate/transport';
import { QuorateError } from '@quorate/transport';
import { latencyShapes, type Latency } from './delays.js';

/** Chances are whole numbers in a million. */
export const million = 1_000_000;

/** From tick `from` on, until before tick `to`, no frame arrives at a node of another side. */
export interface Partition {
  readonly sides: readonly (readonly NodeId[])[];
  readonly from: number;
  readonly to: number;
}

/** From tick `from` on, until before tick `to`, no frame of `source` arrives at `target`. */
export interface Cut {
  readonly source: NodeId;
  readonly target: NodeId;
  readonly from: number;
  readonly to: number;
}

/** What `receiver` hears of `senders` comes last: when nothing else is under way in the whole group. */
export interface Starvation {
  readonly receiver: NodeId;
  readonly senders: readonly NodeId[];
}

export interface NetworkOptions {
  /** Ticks that a frame takes. Default 1 … 10, each number equally likely. */
  readonly latency?: Latency;
  /** Frames in a million that are lost at first. Default 0. */
  readonly loss?: number;
  /** Frames in a million that arrive twice. Default 0. */
  readonly duplication?: number;
  readonly partitions?: readonly Partition[];
  readonly cuts?: readonly Cut[];
  /** By how many ticks the frames to and from a node take longer. */
  readonly slow?: ReadonlyMap<NodeId, number>;
  /** An adversarial network, one entry for each receiver: with f senders starved for each, every node goes by another n − f nodes. */
  readonly starve?: readonly Starvation[];
  /** Messages of these kinds arrive when nothing else is under way: those that matter most, say. */
  readonly heldBack?: readonly string[];
  /** Lost frames stay lost, and a partition drops what meets it: only safety can be asked for, until the network heals. Default false. */
  readonly lossy?: boolean;
  /** Whether frames of one link keep their order. Default false: any order. */
  readonly ordered?: boolean;
}

const isTick = (tick: number): boolean => Number.isSafeInteger(tick) && tick >= 0;

/** Throws Q5010 on delays, chances or nodes that are none. */
export function checkNetwork(nodes: number, options: NetworkOptions): void {
  const { latency, loss = 0, duplication = 0, partitions, cuts, slow, starve, heldBack } = options;
  if (latency !== undefined) checkLatency(latency);
  checkChance(loss);
  checkChance(duplication);
  const checkNode = (node: NodeId): void =>
    refuse(Number.isInteger(node) && node >= 0 && node < nodes, () => `a node ${node} among ${nodes}`);
  for (const { sides, ...period } of partitions ?? []) {
    checkPeriod(period);
    for (const side of sides) side.forEach(checkNode);
  }
  for (const { source, target, ...period } of cuts ?? []) {
    checkPeriod(period);
    [source, target].forEach(checkNode);
  }
  for (const [node, delay] of slow ?? []) {
    checkNode(node);
    refuse(isTick(delay), () => `a delay of ${delay} ticks`);
  }
  for (const { receiver, senders } of starve ?? []) [receiver, ...senders].forEach(checkNode);
  const receivers = new Set(starve?.map(({ receiver }) => receiver));
  refuse(receivers.size === (starve?.length ?? 0), () => 'two lists of who starves for one receiver');
  for (const kind of heldBack ?? []) refuse(typeof kind === 'string', () => 'a kind of message that is no text');
}

function checkChance(chance: number): void {
  refuse(isTick(chance) && chance < million, () => `a chance of ${chance} in a million`);
}

function checkPeriod({ from, to }: { readonly from: number; readonly to: number }): void {
  refuse(isTick(from) && to >= from && (isTick(to) || to === Infinity), () => `a hindrance from tick ${from} to ${to}`);
}

function checkLatency({ min, max, shape = 'uniform' }: Latency): void {
  refuse(isTick(min) && isTick(max) && min <= max, () => `delays ${min} … ${max}`);
  refuse(latencyShapes.includes(shape), () => `delays of the shape "${shape}"`);
}

// What is wrong is only put into words where something is: campaigns check a network for each run.
function refuse(condition: boolean, what: () => string): void {
  if (!condition)
    throw new QuorateError('Q5010', `a network cannot have ${what()}`, 'delays and ticks are whole numbers ≥ 0');
}
