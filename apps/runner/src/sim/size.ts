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
  /** Messages that a value costs in such a group, and how often it is sent. */
  readonly cost: (nodes: number) => { readonly messages: number; readonly copies: number };
}

/** Throws Q9020 on a run that no memory would hold, or nobody would wait for. */
export function checkSize({ nodes, count, senders, payload, cost }: SimulationSize): void {
  const values = count * senders;
  const each = cost(nodes);
  const messages = values * each.messages;
  const hint = 'try fewer --nodes, a smaller --count (or --rounds), or --sender; quorate run takes more';
  if (messages > mostMessages) {
    const bound = `a simulation has at most ${grouped(mostMessages)}`;
    throw new QuorateError('Q9020', `${grouped(messages)} messages are too many: ${bound}`, hint);
  }
  const bytes = values * payload * each.copies;
  if (bytes <= mostBytes) return;
  const bound = `a simulation has at most ${grouped(mostBytes)}`;
  throw new QuorateError('Q9020', `${grouped(bytes)} bytes of payloads are too many: ${bound}`, hint);
}
