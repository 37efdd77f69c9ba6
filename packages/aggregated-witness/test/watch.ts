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
    return {
      input: (node, value) => filtered(property, observer.input(node, value)),
      sent: (node, to, message) => filtered(property, observer.sent(node, to, message)),
      output: (node, value) => filtered(property, observer.output(node, value)),
      *end() {
        for (const violation of observer.end()) if (filtered(property, violation) !== undefined) yield violation;
      },
    };
  };

const filtered = (property: string, violation: Violation | undefined): Violation | undefined =>
  violation?.property === property ? violation : undefined;
