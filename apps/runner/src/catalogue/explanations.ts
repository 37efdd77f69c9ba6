import { errors as broadcastErrors } from '@quorate/reliable-broadcast';
import { errors as serializationErrors, QuorateError, type ErrorExplanation } from '@quorate/serialization';
import { errors as simulationErrors } from '@quorate/simulation';
import { errors as aggregatedErrors } from '@quorate/aggregated-witness';
import { errors as barycentricErrors } from '@quorate/barycentric-agreement';
import { errors as transportErrors } from '@quorate/transport';
import { errors as threadErrors } from '@quorate/transport/worker-threads';
import { errors as votingErrors } from '@quorate/voting';
import { errors as witnessErrors } from '@quorate/witness';
import { errors as ownErrors } from '../errors.js';
import { shown, suggestion } from '../suggest.js';

/** Every error code of every package, in order. */
export const explanations: ReadonlyMap<string, ErrorExplanation> = new Map(
  [
    serializationErrors,
    transportErrors,
    threadErrors,
    broadcastErrors,
    witnessErrors,
    aggregatedErrors,
    barycentricErrors,
    votingErrors,
    simulationErrors,
    ownErrors,
  ]
    .flatMap((catalogue) => Object.entries(catalogue))
    .toSorted(([a], [b]) => (a < b ? -1 : 1)),
);

/** What a code means, however it is written. Throws Q9011. */
export function explanationOf(written: string): { readonly code: string } & ErrorExplanation {
  const code = written.toUpperCase().replace(/^(?=\d)/, 'Q');
  const explanation = explanations.get(code);
  if (explanation !== undefined) return { code, ...explanation };
  const hint = suggestion(code, [...explanations.keys()], '`quorate list errors` names them all');
  throw new QuorateError('Q9011', `there is no error code ${shown(written)}`, hint);
}
