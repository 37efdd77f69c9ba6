/** The checkers of two protocols over the events of both: each sees what is its own. */
import type { Checker, CheckerFactory, Violation } from '@quorate/transport';
import type { OneOf, Said } from './side-by-side.js';

/** The checkers of the first. `named` says whose promise it is. */
export const ofFirst =
  <I, M, O, J, N, P>(
    make: CheckerFactory<I, M, O>,
    named: (label: string) => string,
  ): CheckerFactory<OneOf<I, J>, Said<M, N>, OneOf<O, P>> =>
  (run) => {
    const checker = make(run);
    const told = (violation: Violation | undefined): Violation | undefined => violation && renamed(violation, named);
    return {
      ...common(checker, named),
      input: (node, input) => (input.kind === 'first' ? told(checker.input?.(node, input.value)) : undefined),
      sent: (node, to, said) => (said.kind === 'first' ? told(checker.sent?.(node, to, said.message)) : undefined),
      output: (node, output) => (output.kind === 'first' ? told(checker.output?.(node, output.value)) : undefined),
    };
  };

/** The checkers of the second. */
export const ofSecond =
  <I, M, O, J, N, P>(
    make: CheckerFactory<J, N, P>,
    named: (label: string) => string,
  ): CheckerFactory<OneOf<I, J>, Said<M, N>, OneOf<O, P>> =>
  (run) => {
    const checker = make(run);
    const told = (violation: Violation | undefined): Violation | undefined => violation && renamed(violation, named);
    return {
      ...common(checker, named),
      input: (node, input) => (input.kind === 'second' ? told(checker.input?.(node, input.value)) : undefined),
      sent: (node, to, said) => (said.kind === 'second' ? told(checker.sent?.(node, to, said.message)) : undefined),
      output: (node, output) => (output.kind === 'second' ? told(checker.output?.(node, output.value)) : undefined),
    };
  };

const common = <I, M, O>(
  checker: Checker<I, M, O>,
  named: (label: string) => string,
): Pick<Checker<never, never, never>, 'faulty' | 'end'> => ({
  faulty: (node) => checker.faulty?.(node),
  end: () => [...(checker.end?.() ?? [])].map((violation) => renamed(violation, named)),
});

const renamed = (violation: Violation, named: (label: string) => string): Violation => ({
  ...violation,
  property: named(violation.property),
});
