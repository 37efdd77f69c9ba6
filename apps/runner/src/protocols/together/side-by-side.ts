/** Two protocols over the same links at the same time: each message says whose it is, and so neither hears the other. */
import { noEffects, union, type Effect, type Step } from '@quorate/transport';
import type { AnyProtocol } from '@quorate/simulation';

/** Something of one of two protocols. */
export type OneOf<A, B> =
  | { readonly kind: 'first'; readonly value: A }
  | { readonly kind: 'second'; readonly value: B };

/** A message of one of them. */
export type Said<A, B> =
  | { readonly kind: 'first'; readonly message: A }
  | { readonly kind: 'second'; readonly message: B };

export const first = <A>(value: A): { readonly kind: 'first'; readonly value: A } => ({ kind: 'first', value });
export const second = <B>(value: B): { readonly kind: 'second'; readonly value: B } => ({ kind: 'second', value });

/** Runs both; an input goes to the one it is for. */
export function sideBySide<I, M, O, T, J, N, P, U>(
  one: AnyProtocol<I, M, O, T, unknown>,
  other: AnyProtocol<J, N, P, U, unknown>,
): AnyProtocol<OneOf<I, J>, Said<M, N>, OneOf<O, P>, OneOf<T, U>, unknown> {
  type Both = Step<Said<M, N>, OneOf<O, P>, OneOf<T, U>, unknown>;
  const ofOne = (step: Step<M, O, T, unknown>): Both =>
    mapped(step, (message) => ({ kind: 'first', message }), first, first);
  const ofOther = (step: Step<N, P, U, unknown>): Both =>
    mapped(step, (message) => ({ kind: 'second', message }), second, second);
  return {
    schema: union<Said<M, N>>({ first: { message: one.schema }, second: { message: other.schema } }),
    get ready() {
      return one.ready && other.ready;
    },
    input: (input) => (input.kind === 'first' ? ofOne(one.input(input.value)) : ofOther(other.input(input.value))),
    receive: (from, said) =>
      said.kind === 'first' ? ofOne(one.receive(from, said.message)) : ofOther(other.receive(from, said.message)),
    reopened: (peer, incarnation) => [
      ...ofOne(one.reopened?.(peer, incarnation) ?? noEffects),
      ...ofOther(other.reopened?.(peer, incarnation) ?? noEffects),
    ],
    ...((one.expire !== undefined || other.expire !== undefined) && {
      expire: (timer: OneOf<T, U>): Both =>
        timer.kind === 'first'
          ? ofOne(one.expire?.(timer.value) ?? noEffects)
          : ofOther(other.expire?.(timer.value) ?? noEffects),
    }),
  };
}

/** What `lift` does, for steps of which nobody knows whether they arm timers. */
function mapped<M, O, T, N, P, U>(
  step: Step<M, O, T, unknown>,
  message: (message: M) => N,
  output: (output: O) => P,
  timer: (timer: T) => U,
): Step<N, P, U, unknown> {
  return step.map((effect): Effect<N, P, U, unknown> => {
    switch (effect.kind) {
      case 'send':
        return { kind: 'send', to: effect.to, message: message(effect.message) };
      case 'output':
        return { kind: 'output', value: output(effect.value) };
      case 'fault':
        return effect;
      case 'arm':
        return { kind: 'arm', timer: timer(effect.timer), ticks: effect.ticks };
      case 'cancel':
        return { kind: 'cancel', timer: timer(effect.timer) };
      case 'persist':
        return effect;
      case 'compact':
        return effect;
    }
  });
}
