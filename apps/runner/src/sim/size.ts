import { QuorateError } from '@quorate/serialization';
import { grouped } from '../output/quantity.js';

/** Messages of one simulated run: most of them are on their way at the same time, in one heap. */
const mostMessages = 5_000_000;
/** Payloads of one simulated run, as often as they are sent, in bytes: 1 GiB. Every byte goes into the trace. */
const mostBytes = 1_073_741_824;

/** What a run's size follows from; `senders` is how many there are. */
export interface SimulationSize {
  readonly nodes: number;
  readonly count: number;
  readonly senders: number;
  readonly payload: number;
}

/** Throws Q9020 on a run that no memory would hold, or nobody would wait for. A value costs n inputs, n² echoes and n² votes. */
export function checkSize({ nodes, count, senders, payload }: SimulationSize): void {
  const values = count * senders;
  const messages = values * (nodes + 2 * nodes * nodes);
  const hint = 'try fewer --nodes, a smaller --count, or --sender; quorate run takes more';
  if (messages > mostMessages) {
    const bound = `a simulation has at most ${grouped(mostMessages)}`;
    throw new QuorateError('Q9020', `${grouped(messages)} messages are too many: ${bound}`, hint);
  }
  // Inputs and echoes carry the payload; votes carry a digest of a long one.
  const bytes = values * payload * (nodes + nodes * nodes);
  if (bytes <= mostBytes) return;
  const bound = `a simulation has at most ${grouped(mostBytes)}`;
  throw new QuorateError('Q9020', `${grouped(bytes)} bytes of payloads are too many: ${bound}`, hint);
}
