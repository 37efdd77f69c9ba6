/**
 * Deliveries a second of the basic layer over the memory transport, all in one thread: four endpoints broadcast 64-byte
 * payloads and read them in batches. The baseline is the bare transport with the same frames. It does not show threads.
 *
 * node --conditions=@quorate/source --import ./tools/source.mjs packages/transport/bench/endpoint-over-memory.ts
 */
import { createGroup, createMemoryGroup, nodeIds, openEndpoint } from '../src/index.js';

const group = createGroup({ nodes: 4 });
const bursts = 2000;
const burst = 64;
const payload = new Uint8Array(64);

async function endpoints(): Promise<number> {
  const memory = createMemoryGroup({ group });
  let deliveries = 0;
  const start = performance.now();
  for (const id of nodeIds(group)) {
    const endpoint = await openEndpoint({ transport: memory.transport(id) });
    let sent = 0;
    const goOn = (): void => {
      if (sent === bursts * burst) return;
      for (let count = 0; count < burst; count++)
        if (endpoint.trySend('all', payload, { tag: 'bench', round: sent })) sent++;
    };
    endpoint.onMessages((messages) => {
      for (const { from } of messages) {
        if (from !== id) deliveries++;
        else if (sent % burst === 0 && --left === 0) {
          left = burst;
          goOn();
        }
      }
    });
    let left = burst;
    goOn();
  }
  await memory.quiet();
  const seconds = (performance.now() - start) / 1000;
  await memory.close();
  if (deliveries !== bursts * burst * 12) throw new Error(`${deliveries} deliveries`);
  return deliveries / seconds;
}

async function bare(): Promise<number> {
  const memory = createMemoryGroup({ group });
  const frame = new Uint8Array(81);
  let deliveries = 0;
  const start = performance.now();
  for (const id of nodeIds(group)) {
    const transport = memory.transport(id);
    let sent = 0;
    const goOn = (): void => {
      if (sent === bursts * burst) return;
      for (let count = 0; count < burst; count++) transport.broadcast(frame, 0, frame.length);
      sent += burst;
      transport.schedule(goOn);
    };
    transport.open({
      frame: () => void deliveries++,
      turn: () => transport.flush(),
      link: () => undefined,
      writable: () => undefined,
    });
    goOn();
  }
  await memory.quiet();
  const seconds = (performance.now() - start) / 1000;
  await memory.close();
  if (deliveries !== bursts * burst * 12) throw new Error(`${deliveries} deliveries`);
  return deliveries / seconds;
}

const median = (values: number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
const millions = (value: number): string => `${(value / 1e6).toFixed(2)} M deliveries/s`;
const layer: number[] = [];
const transport: number[] = [];
for (let run = 0; run < 5; run++) {
  layer.push(await endpoints());
  transport.push(await bare());
}
console.log(`endpoints over memory ${millions(median(layer))}, the bare transport ${millions(median(transport))}`);
