/** What a bench is asked, and what it answers: one run of one subject, beside a baseline measured right after it. */
import type { ProtocolEntry, Stack } from '../protocols/protocol.js';
import type { PlannedFault } from '../run/plan.js';
import type { BroadcastName } from '../catalogue/broadcasts.js';
import type { Group } from '@quorate/transport';

/** How a subject is loaded. */
export interface SubjectOptions {
  readonly group: Group;
  /** Length of a value, in bytes. */
  readonly payload: number;
  /** Length of the measurement; warming up comes before it. */
  readonly seconds: number;
  readonly seed: number;
  readonly broadcast: BroadcastName;
  /** What the protocol's own flags say. */
  readonly protocolOptions: Stack['options'];
  readonly faults: readonly PlannedFault[];
  readonly signal: AbortSignal;
}

/** Figures of one run. What a subject does not have is absent. */
export interface SubjectFigures {
  readonly opsPerSecond: number;
  readonly baseline: { readonly name: string; readonly opsPerSecond: number };
  /** Length of the measurement, and what the correct nodes delivered in it. */
  readonly seconds?: number;
  readonly deliveries?: number;
  readonly messagesPerOp?: number;
  /** What the paper's formula says, where there is one and no fault disturbs it. */
  readonly messagesPerOpExpected?: number;
  /** That formula, in words. */
  readonly messagesFormula?: string;
  readonly wireBytesPerOp?: number;
  /** Processor time over elapsed time, of the whole process. */
  readonly cpuCores?: number;
  readonly latencyMs?: { readonly p50: number; readonly p99: number };
  readonly rssBytesPerNode?: number;
  /** Memory at the beginning and the end of the measurement. */
  readonly memory?: MemoryTrend;
  /** Whether what was delivered agreed everywhere, once the load had drained. */
  readonly consistent?: boolean | 'undecided';
  /** The promises of which that says something, by their keys. */
  readonly properties?: readonly string[];
  /** Anything else that a subject measures, by name. */
  readonly details?: Readonly<Record<string, number | string>>;
}

/** Medians of the first and of the last third of the measurement, in bytes. */
export interface MemoryTrend {
  readonly rssFirst: number;
  readonly rssLast: number;
  /** Heaps of all threads together, with the buffers that their objects own. */
  readonly heapFirst: number;
  readonly heapLast: number;
}

/** Something that can be measured. */
export interface Subject {
  readonly name: string;
  /** One operation, in words. */
  readonly operation: string;
  /** Whether it is a group that is measured, with nodes and payloads; a codec has neither. */
  readonly grouped: boolean;
  /** The protocol, if it is one. */
  readonly protocol?: ProtocolEntry;
  measure(options: SubjectOptions): Promise<SubjectFigures>;
}
