/**
 * Messages a second that four nodes handle over the memory transport, all in one thread: each input is told to everybody and
 * everybody tells everybody that it heard (n + n² messages). The baseline is the same protocol driven by hand: messages in
 * one queue, no host, no codec, no transport. It does not show threads.
 *
 * node --conditions=@quorate/source --import ./tools/source.mjs packages/transport/bench/node-over-memory.ts
 */
import { createGroup, createMemoryGroup, nodeIds, openNode, type Node, type NodeId } from '../src/index.js';
import { Echo, type EchoMessage, type Heard } from '../test/echo.js';

const nodes = 4;
const window = 64;
const inputs = 20_000;
const group = createGroup({ nodes });
const payload = new Uint8Array(64);

async function hosted(): Promise<number> {
  const memory = createMemoryGroup({ group });
  const running: Node<Uint8Array, Heard>[] = [];
  const start = performance.now();
  for (const id of nodeIds(group)) {
    let said = 0;
    let heard = 0;
    const goOn = (node: Node<Uint8Array, Heard>): void => {
      while (said < inputs && said * nodes < heard + window * nodes && node.trySubmit(payload)) said++;
    };
    const node = await openNode({ transport: memory.transport(id), protocol: new Echo() });
    node.onOutputs((values) => {
      for (const value of values) if (value.speaker === id) heard++;
      goOn(node);
    });
    running.push(node);
    goOn(node);
  }
  await memory.quiet();
  const seconds = (performance.now() - start) / 1000;
  const messages = running.reduce((sum, { counters }) => sum + counters.messagesIn + counters.messagesToSelf, 0);
  if (messages !== nodes * inputs * (nodes + nodes * nodes)) throw new Error(`${messages} messages`);
  await memory.close();
  return messages / seconds;
}

function byHand(): number {
  const ids = nodeIds(group);
  const protocols = ids.map(() => new Echo());
  const queue: { from: NodeId; to: NodeId; message: EchoMessage }[] = [];
  let messages = 0;
  const start = performance.now();
  const take = (from: NodeId, step: ReturnType<Echo['receive']>): void => {
    for (const effect of step) {
      if (effect.kind !== 'send') continue;
      for (const to of ids) queue.push({ from, to, message: effect.message });
    }
  };
  for (let said = 0; said < inputs; said += window) {
    for (const id of ids) {
      for (let i = 0; i < Math.min(window, inputs - said); i++) take(id, protocols[id]?.input(payload) ?? []);
    }
    for (let next = 0; next < queue.length; next++) {
      const item = queue[next];
      if (item === undefined) break;
      messages++;
      take(item.to, protocols[item.to]?.receive(item.from, item.message) ?? []);
    }
    queue.length = 0;
  }
  return messages / ((performance.now() - start) / 1000);
}

const median = (values: number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
const host: number[] = [];
const hand: number[] = [];
for (let run = 0; run < 5; run++) {
  host.push(await hosted());
  hand.push(byHand());
}
const millions = (value: number): string => `${(value / 1e6).toFixed(2)} M messages/s`;
console.log(`hosts over memory ${millions(median(host))}, by hand ${millions(median(hand))}`);
console.log(host.map(millions).join(' · '));
