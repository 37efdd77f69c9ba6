import { QuorateError } from '@quorate/serialization';
import type { Fault } from './fault.js';
import type { NodeId } from './node-id.js';

/**
 * One thing a protocol wants done.
 *
 * - `send`: `all` includes the node itself; the host delivers it. A message must not hold views of bytes that were passed
 *   to `receive`, because the host may deliver it to the node itself later.
 * - `output`: a result for whoever uses the node.
 * - `fault`: proof or suspicion against a peer.
 * - `arm` / `cancel`: a timer by name. Arming an armed timer starts it anew. `ticks` is a whole number ≥ 1; one tick is a
 *   millisecond on a real clock. With `Timer = never` neither can be built.
 * - `persist`: no send or output of this or any later step leaves before the record is durable. What the node sends to itself does
 *   not leave it: the host may deliver it at once, and hold back what comes of it. Faults are noted and timers armed at once, too.
 * - `compact`: these records take the place of everything persisted so far, all at once: after a crash there is the old log or the
 *   new one. What comes later waits for it as for a record. At least one: a node that has persisted never looks new. With `Record = never` neither can be built.
 */
export type Effect<Message, Output, Timer = never, Record = never> =
  | { readonly kind: 'send'; readonly to: NodeId | 'all'; readonly message: Message }
  | { readonly kind: 'output'; readonly value: Output }
  | { readonly kind: 'fault'; readonly peer: NodeId; readonly fault: Fault }
  | { readonly kind: 'arm'; readonly timer: Timer; readonly ticks: number }
  | { readonly kind: 'cancel'; readonly timer: Timer }
  | { readonly kind: 'persist'; readonly record: Record }
  | { readonly kind: 'compact'; readonly records: readonly [Record, ...Record[]] };

/** What a protocol answers to one event: effects, in the order in which the host applies them. */
export type Step<Message, Output, Timer = never, Record = never> = readonly Effect<Message, Output, Timer, Record>[];

/** The step that wants nothing. Shared, so that the common case allocates nothing. */
export const noEffects: readonly never[] = Object.freeze([]);

/** Whether a step has no output: most have none, and then a layer that leaves messages as they are passes the step on as it is. */
export function putsNothingOut<M, O, T, R>(step: Step<M, O, T, R>): step is Step<M, never, T, R> {
  for (let at = step.length - 1; at >= 0; at--) {
    if (step[at]?.kind === 'output') return false;
  }
  return true;
}

/**
 * How an outer layer takes over what its inner layer says. What an inner layer says is wrapped, so stacked layers cannot
 * collide. `output` answers with the outer effects that stand in the output's place.
 */
export type Lifting<M, O, T, R, OuterM, OuterO, OuterT = never, OuterR = never> = {
  readonly message: (message: M) => OuterM;
  readonly output: (value: O) => Step<OuterM, OuterO, OuterT, OuterR>;
} & ([T] extends [never] ? unknown : { readonly timer: (timer: T) => OuterT }) &
  ([R] extends [never] ? unknown : { readonly record: (record: R) => OuterR });

/** The composition operator: an outer layer runs its inner layer and maps the inner step into its own, in order. */
export function lift<M, O, T, R, OuterM, OuterO, OuterT = never, OuterR = never>(
  step: Step<M, O, T, R>,
  maps: Lifting<M, O, T, R, OuterM, OuterO, OuterT, OuterR>,
): Step<OuterM, OuterO, OuterT, OuterR> {
  if (step.length === 0) return noEffects;
  const { message, output, timer, record } = maps as {
    message: (message: M) => OuterM;
    output: (value: O) => Step<OuterM, OuterO, OuterT, OuterR>;
    timer?: (timer: T) => OuterT;
    record?: (record: R) => OuterR;
  };
  const lifted: Effect<OuterM, OuterO, OuterT, OuterR>[] = [];
  for (const effect of step) {
    switch (effect.kind) {
      case 'send':
        lifted.push({ kind: 'send', to: effect.to, message: message(effect.message) });
        break;
      case 'output':
        for (const outer of output(effect.value)) lifted.push(outer);
        break;
      case 'fault':
        lifted.push(effect);
        break;
      case 'arm':
        lifted.push({ kind: 'arm', timer: mapOr(timer, effect.timer), ticks: effect.ticks });
        break;
      case 'cancel':
        lifted.push({ kind: 'cancel', timer: mapOr(timer, effect.timer) });
        break;
      case 'persist':
        lifted.push({ kind: 'persist', record: mapOr(record, effect.record) });
        break;
      case 'compact': {
        const [first, ...rest] = effect.records;
        lifted.push({ kind: 'compact', records: [mapOr(record, first), ...rest.map((one) => mapOr(record, one))] });
        break;
      }
    }
  }
  return lifted;
}

function mapOr<A, B>(map: ((value: A) => B) | undefined, value: A): B {
  if (map === undefined) {
    throw new QuorateError('Q1005', 'an inner layer armed a timer or persisted a record that its type rules out');
  }
  return map(value);
}
