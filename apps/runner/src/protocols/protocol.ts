/**
 * What the command must know of a protocol to run, simulate, judge and measure it. One file of this folder tells it for each
 * protocol; nothing else in the command asks for a protocol's name.
 */
import type { CheckerFactory, Group, NodeId, Storage, Transport } from '@quorate/transport';
import type { AnyProtocol, Behaviour, NetworkPlan, Random } from '@quorate/simulation';
import type { BroadcastName } from '../catalogue/broadcasts.js';
import type { Ending, Judgement } from '../judgement.js';
import type { Host } from '../run/host.js';
import type { Pace } from '../run/pace.js';
import type { PlottedNode } from './approximate/plot.js';
import type { BroadcastWatch } from './watched-broadcast.js';

/** A promise, as documents, pages and checkers name it. */
export interface Promised {
  /** The key in documents: `agreement`. */
  readonly key: string;
  /** As its checkers and the literature name it: `RBC4 agreement`. */
  readonly label: string;
  readonly kind: 'safety' | 'liveness';
  /** One line for people. */
  readonly meaning: string;
  /** It can only be seen where every message is: in a simulation. */
  readonly simulatedOnly?: true;
}

/** Which protocol the nodes of a group speak, and how it is put together. Plain data. */
export interface Stack {
  /** The name of the protocol. */
  readonly protocol: string;
  /** The broadcast layer: under the protocol, or in the place of `bracha`. */
  readonly broadcast: BroadcastName;
  /** What the protocol's own flags say, by their names. */
  readonly options: Readonly<Record<string, number | string>>;
}

/** One line of `quorate list protocols`, and how its parts are got. */
export interface ProtocolEntry {
  readonly name: string;
  readonly summary: string;
  /** What it does with a broadcast layer: has none, lets another run in its place, or stands on one. */
  readonly broadcast: 'none' | 'replaced' | 'below';
  /** What a node puts in, one after the other: values of a broadcast, a value for each round, points to agree on, or nothing but the start of its votes. */
  readonly work: 'values' | 'rounds' | 'points' | 'votes';
  /** Inputs of a node in one round; without it, one. */
  readonly inputsPerRound?: number;
  /** How much work there is when nobody says; without it, what the setting says. */
  readonly usualWork?: number;
  /** Settings that it takes beside those that every protocol takes. */
  readonly settings: readonly string[];
  /** Its own options when nobody gives them: what {@link Stack.options} holds. */
  readonly defaults: Stack['options'];
  readonly promises: readonly Promised[];
  /** The most faults that a group of so many nodes tolerates. */
  readonly mostFaulty: (nodes: number, options: Stack['options']) => number;
  /** Throws, with a code, when the group or the options are none for this protocol. */
  readonly check?: (group: Group, options: Stack['options'], unsafe: boolean) => void;
  /** The length of the values that its inputs are made from, where that is not for flags to say. */
  readonly payloadOf?: (options: Stack['options']) => number;
  /** What people should know before they believe what such a run shows. */
  readonly warning?: (options: Stack['options']) => string | undefined;
  /** Milliseconds in which a run may put nothing out and still be in good order: it is not given up before, unless somebody says so. */
  readonly patience?: (group: Group, options: Stack['options']) => number;
  /** Looks at what earlier runs have left on the disk, before any thread starts. Throws, with a code, when a run cannot go on from it. */
  readonly resume?: (run: Resuming) => Promise<Resumed>;
  /** A picture of what correct nodes put out, as SVG, from what documents show of it. */
  readonly plot?: (nodes: readonly PlottedNode[], options: Stack['options']) => string;
  /** Hands its parts to `use`: their types are its own. */
  readonly compose: <R>(stack: ComposedStack, use: Use<R>) => R;
}

/** What a protocol is put together from: who looks at the broadcast below stays in this thread. */
export interface ComposedStack extends Stack {
  readonly watch?: BroadcastWatch;
}

/** A run that may go on from what an earlier one left. */
export interface Resuming {
  readonly group: Group;
  readonly options: Stack['options'];
  /** Of this run, and whether somebody has named it: otherwise that of the earlier run holds. */
  readonly seed: number;
  readonly seedGiven: boolean;
}

/** What the run has to take over. */
export interface Resumed {
  /** Of the run that is gone on with. */
  readonly seed: number;
  /** Nodes whose records are gone: they keep to the protocol, and count among the f all the same. */
  readonly lost: readonly number[];
  /** What was found and is no hindrance, in sentences. */
  readonly notes?: readonly string[];
  /** Lets go of what it holds until the run has ended: nobody else goes on from the same records meanwhile. */
  readonly release?: () => Promise<void>;
}

/** What is done with the parts of a protocol, whatever their types are. */
export type Use<R> = <I, M, O, T, S extends OutputSummary>(composition: Composition<I, M, O, T, S>) => R;

/** What a node is made from. */
export interface Making {
  readonly group: Group;
  readonly self: NodeId;
  readonly incarnation: number;
}

/**
 * The parts of a protocol: its inputs, messages, outputs and timers are of types I, M, O and T (never, without a clock), and S is
 * what one node tells of its outputs.
 */
export interface Composition<I, M, O, T, S extends OutputSummary> {
  /** What the nodes speak: the protocol itself, or the layer that runs in its place. */
  readonly layer: string;
  /** An honest node. Its records are nobody's business but its own. */
  readonly honest: (node: Making) => AnyProtocol<I, M, O, T, unknown>;
  /** Ways to misbehave that this protocol alone knows; the catalogue of faults lists them too. */
  readonly behaviours?: readonly Behaviour[];
  /** Where a node of a run keeps its records. Without it, in memory. */
  readonly storage?: (node: Pick<Making, 'group' | 'self'> & { readonly seed: number }) => Storage;
  /** An honest node on a transport, where it is more than the protocol in a `Node`. */
  readonly openHost?: (transport: Transport, onOutputs: (outputs: readonly O[]) => void) => Promise<Host<I>>;
  /** A node's input of that number, made from its value; valid until the value is made anew. */
  readonly inputOf: (value: Uint8Array, index: number, sender: NodeId) => I;
  /** Inputs that a node may be ahead of what the slowest correct node has put out; without it, as many as its host accepts. */
  readonly ahead?: number;
  /** Which of the node's own inputs an output answers, if it does. */
  readonly answers: (output: O, self: NodeId) => number | undefined;
  /** Whether an output ends one thing and begins the next, as the decision of a round of votes does: what it took is counted from the one before. */
  readonly follows?: (output: O) => boolean;
  /** Writes down what one node puts out. */
  readonly log: (group: Group, values: ValueSource) => OutputLog<O, S>;
  /** Compares what the correct nodes put out with what was promised. What takes long keeps to the pace of the evidence. */
  readonly judge: (evidence: Evidence<S>) => Judgement | Promise<Judgement>;
  readonly simulated: Simulated<I, M, O, T>;
  readonly load: Loaded<O>;
}

/** What the senders were given. */
export interface ValueSource {
  /** Values of each sender. */
  readonly count: number;
  /** The value of that number, 0 … count − 1. Only valid until the next call. */
  at(sender: number, index: number): Uint8Array;
}

/** What one node's outputs came to, as documents show it. Plain data: it crosses threads. */
export interface OutputSummary {
  /** Outputs, without repetitions. */
  readonly count: number;
  /** SHA-256, in hex, of everything put out, in an order that does not depend on the schedule. */
  readonly sha256: string;
  /** Outputs that were not recorded because a limit was reached: nothing can be said about them. */
  readonly unrecorded: number;
  /** Something ended without a result, as a round of votes does when every attempt comes to NO: no promise is broken, and the run is undecided. */
  readonly open?: boolean;
  /** What documents show beside. */
  readonly shown?: Pick<OutputsShown, 'points' | 'decisions'>;
}

/** What documents show of a node. */
export interface OutputsShown {
  readonly count: number;
  /** SHA-256 of everything that came out, in an order that does not depend on the schedule. */
  readonly sha256: string;
  /** Of approximate agreement: where the node stood, by agreement, then by round; of the first hundred agreements. */
  readonly points?: readonly (readonly (readonly number[])[])[];
  /** Of votes: the values that were decided, by round; none where every attempt came to NO. Of the first thousand rounds. */
  readonly decisions?: readonly (readonly number[])[];
}

/** Takes a node's outputs as they come. */
export interface OutputLog<O, S extends OutputSummary> {
  /** Outputs so far, without repetitions. */
  readonly count: number;
  /** Byte strings of the output may be views: what is kept is copied. */
  record(output: O): void;
  summary(): S;
}

/** What is judged when a run is over. */
export interface Evidence<S extends OutputSummary> {
  readonly group: Group;
  readonly ending: Ending;
  /** What each sender was given. */
  readonly values: ValueSource;
  readonly senders: readonly number[];
  /** What the correct nodes put out, all of them, in order. */
  readonly reports: readonly { readonly node: number; readonly log: S }[];
  /** Says when the work must let others have their turn. What is not judged when it ends the work is not decided. */
  readonly pace: Pace;
}

/** The protocol under virtual time. */
export interface Simulated<I, M, O, T> {
  /** An honest node, where it is another one than on threads. */
  readonly honest?: (node: Making) => AnyProtocol<I, M, O, T, unknown>;
  /** A node's `index`-th input. `payload` is the length of a value; without it, drawn. */
  readonly input: (node: NodeId, index: number, random: Random, payload: number | undefined) => I;
  readonly checkers: readonly CheckerFactory<I, M, O>[];
  /** What one node's outputs came to. */
  readonly summary: (outputs: readonly O[]) => OutputSummary;
  /** It promises something only where messages take at most so many ticks: campaigns draw no other network. */
  readonly within?: number;
  /** The network that the protocol is made for: without it, any. */
  readonly network?: (network: NetworkPlan) => NetworkPlan;
  /** Messages that one input costs, and how often the value in it is sent. */
  readonly cost: (nodes: number) => { readonly messages: number; readonly copies: number };
}

/** The protocol under load. */
export interface Loaded<O> {
  /** One operation, in words. */
  readonly operation: string;
  /** Operations are counted in so many lanes: one for each sender, or one for all. An operation is done when every correct node has counted it. */
  readonly lanes: (nodes: number) => number;
  /** Lanes of which nothing is promised when their sender is faulty: those of senders. */
  readonly lanesAreSenders: boolean;
  /** The lane of an output, or −1 when it finishes no operation. */
  readonly lane: (output: O) => number;
  /** A word that is the same at every correct node for the same operation. */
  readonly word: (output: O) => number;
  /** Operations that one input leads to; without it, one. */
  readonly perInput?: number;
  /** What is said of the operations' lanes and words when they agree: keys of promises. */
  readonly properties: readonly string[];
  /** Messages of an operation without faults, where there is a formula; a node's own share included. */
  readonly messages?: (nodes: number) => number;
  /** That formula, for people. */
  readonly formula?: string;
}
