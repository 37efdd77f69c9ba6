import {
  AggregatedWitnessObserver,
  type AggregatedWitnessed,
  type Checker,
  type CheckerFactory,
  type RoundValue,
  type Violation,
} from '@quorate/aggregated-witness';

/** Watches for one property alone: a broken rule breaks several. */
export const only =
  <M>(property: string): CheckerFactory<RoundValue, M, AggregatedWitnessed> =>
  (run): Checker<RoundValue, M, AggregatedWitnessed> => {
    const observer = new AggregatedWitnessObserver(run);
    const named = (violation: Violation | undefined): Violation | undefined =>
      violation?.property === property ? violation : undefined;
    return {
      input: (node, value) => named(observer.input(node, value)),
      sent: (node, to, message) => named(observer.sent(node, to, message)),
      output: (node, value) => named(observer.output(node, value)),
      *end() {
        for (const violation of observer.end()) if (named(violation) !== undefined) yield violation;
      },
    };
  };
