/** A worker that does what a test planned. */
import { parentPort, workerData } from 'node:worker_threads';
import { QuorateError } from '@quorate/serialization';
import type { LinkEvent } from '../../src/index.js';
import { joinGroup } from '../../src/worker-threads/index.js';

export interface Plan {
  /** Instead of joining. */
  readonly before?: 'throw' | 'exit' | 'hang';
  /** Join a second time, and report the error. */
  readonly twice?: boolean;
  /** How this life ends when main posts a message. */
  readonly end?: 'throw' | 'reject' | 'exit' | 'close' | 'close and stay' | 'hang';
  /** Broadcasts a frame in each turn, for ever. */
  readonly chatter?: boolean;
}

/** What it reports. */
export type Report =
  | { readonly kind: 'joined'; readonly self: number; readonly data: unknown; readonly plan: Plan }
  | { readonly kind: 'error'; readonly code: unknown }
  | { readonly kind: 'link'; readonly peer: number; readonly event: LinkEvent };

const { plan } = workerData as { plan: Plan };
const report = (message: Report): void => parentPort?.postMessage(message);
const hang = (): unknown => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);

switch (plan.before) {
  case 'throw':
    throw new Error('as planned');
  case 'exit':
    process.exit(3);
  case 'hang':
    hang();
    break;
  case undefined:
    break;
}

const { transport, data } = await joinGroup();
report({ kind: 'joined', self: transport.self, data, plan });
if (plan.twice === true) {
  await joinGroup().catch((error: unknown) => {
    report({ kind: 'error', code: error instanceof QuorateError ? error.code : error });
  });
}
transport.open({
  frame: () => undefined,
  turn: () => transport.flush(),
  link: (peer, event) => report({ kind: 'link', peer, event }),
  writable: chatter,
});
if (plan.chatter === true) chatter();

function chatter(): void {
  const frame = new Uint8Array(1000);
  if (plan.chatter !== true || transport.congested) return;
  for (let count = 0; count < 10; count++) transport.broadcast(frame, 0, 1000);
  transport.flush();
  transport.schedule(chatter);
}

parentPort?.once('message', () => {
  switch (plan.end) {
    case 'throw':
      throw new Error(`thrown in life ${transport.incarnation}`);
    case 'reject':
      void Promise.reject(new Error('nobody catches this'));
      break;
    case 'exit':
      process.exit(0);
    case 'hang':
      hang();
      break;
    case 'close and stay':
      setInterval(() => undefined, 60_000);
      void transport.close();
      break;
    case 'close':
    case undefined:
      void transport.close();
      break;
  }
});
