import { createGroup, nodeId } from '@quorate/transport';
import { behaviours } from './adversaries/index.js';
import { fuzzed } from './fuzz.js';
import { MessageKinds } from './message-kinds.js';
import type { AnyProtocol } from './node-slot.js';
import type { Subject } from './subject.js';

/** What can happen to a subject, as far as its protocol shows. Plain data: it crosses threads. */
export interface Traits {
  /** Behaviours that apply to its messages, and `fuzz`. */
  readonly behaviours: readonly string[];
  /** The names of its messages. */
  readonly kinds: readonly string[];
  /** It has records: a node that restarts with its disk is correct. */
  readonly durable: boolean;
  /** It has timers: clocks matter. */
  readonly timed: boolean;
  /** It is synchronous: messages take at most so many ticks. */
  readonly within?: number;
  /** It asks for what a link has lost, so losses can be made good. */
  readonly reopens: boolean;
}

/** One honest node of it, to be read and not run. */
export function specimenOf<I, M, O, T, R>(subject: Subject<I, M, O, T, R>): AnyProtocol<I, M, O, T, R> {
  const group = createGroup({ nodes: 4, faulty: 0 });
  return subject.honest({ group, self: nodeId(group, 0), incarnation: 0 });
}

/** Reads the traits of a subject from one honest node. */
export function traitsOf<I, M, O, T, R>(subject: Subject<I, M, O, T, R>): Traits {
  const node = specimenOf(subject);
  const { shape } = node.schema;
  const names = [...behaviours.values(), ...(subject.behaviours ?? [])].filter(
    ({ appliesTo }) => appliesTo?.(shape) !== false,
  );
  return {
    behaviours: [...names.map(({ name }) => name), fuzzed],
    kinds: new MessageKinds(shape).all,
    durable: node.recordSchema !== undefined,
    timed: node.expire !== undefined,
    reopens: node.reopened !== undefined,
    ...(subject.within !== undefined && { within: subject.within }),
  };
}
