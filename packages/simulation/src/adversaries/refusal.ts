import { QuorateError, type Schema } from '@quorate/transport';
import type { Behaviour } from './behaviour.js';

/** Throws Q5001 when a behaviour has nothing to work with in a protocol's messages. */
export function refuseUnless(behaviour: Behaviour, schema: Schema<unknown>): void {
  if (behaviour.appliesTo?.(schema.shape) === false) {
    throw new QuorateError(
      'Q5001',
      `${behaviour.name} does not apply to this protocol: its messages have nothing to lie about in that way`,
      'choose another behaviour, such as silent',
    );
  }
}
