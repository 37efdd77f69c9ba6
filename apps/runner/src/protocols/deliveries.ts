/** What the protocols have in common that deliver payloads by sender and number: how they are judged, counted and loaded. */
import { createHash } from 'node:crypto';
import type { Delivery } from '@quorate/reliable-broadcast';
import type { NodeId } from '@quorate/transport';
import type { Random } from '@quorate/simulation';
import { DeliveryLog, type LogRecord } from '../run/delivery-log.js';
import { judge } from '../verdict.js';
import type { Composition, Evidence, OutputSummary, Promised } from './protocol.js';

/** What delivering protocols share. */
export type Delivering = Pick<
  Composition<Uint8Array, never, Delivery, never, LogRecord>,
  'inputOf' | 'answers' | 'log' | 'judge'
>;

/** The parts that judge a delivering protocol by its promises. `ofCorrectSendersOnly`: what a liar sends is its own affair. */
export const delivering = (promises: readonly Promised[], ofCorrectSendersOnly: boolean): Delivering => ({
  inputOf: (value) => value,
  answers: ({ sender, sequence }, self) => (sender === self ? sequence : undefined),
  log: ({ n }, values) => new DeliveryLog(n, values),
  judge: ({ ending, values, senders, reports }: Evidence<LogRecord>) =>
    judge({
      promises: promises.filter(({ simulatedOnly }) => simulatedOnly !== true),
      ofCorrectSendersOnly,
      ending,
      count: values.count,
      senders,
      reports,
    }),
});

/** How a delivering protocol is loaded: a lane for each sender. */
export const deliveryLanes = {
  lanes: (nodes: number): number => nodes,
  lanesAreSenders: true,
  properties: ['agreement', 'totality'],
  lane: ({ sender }: Delivery): number => sender,
  word: ({ payload }: Delivery): number =>
    payload.length < 4
      ? 0
      : (payload[0] ?? 0) | ((payload[1] ?? 0) << 8) | ((payload[2] ?? 0) << 16) | ((payload[3] ?? 0) << 24),
} as const;

/** Values that lie on both sides of the length from which votes carry digests. */
const drawnLengths = [0, 8, 31, 32, 40];

/** A drawn value. */
export function drawnValue(_node: NodeId, _index: number, random: Random, payload: number | undefined): Uint8Array {
  const length = payload ?? drawnLengths[random.below(drawnLengths.length)] ?? 0;
  return Uint8Array.from({ length }, () => random.below(256));
}

/** The payloads of a simulated node joined by sender, then sequence. */
export function joined(deliveries: readonly Delivery[]): OutputSummary {
  const hash = createHash('sha256');
  const inOrder = deliveries.toSorted((a, b) => a.sender - b.sender || a.sequence - b.sequence);
  for (const { payload } of inOrder) hash.update(payload);
  return { count: deliveries.length, sha256: hash.digest('hex'), unrecorded: 0 };
}
