/** Random steps over a disk that takes its time: what leaves the node, when, and in which order. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { codec, createGroup, createMemoryGroup, nodeId, openNode, type Step } from '../src/index.js';
import { ManualClock } from './manual-clock.js';
import { RawPeer } from './raw-peer.js';
import { compact, persist, ScriptedDurable, SlowStorage } from './scripted-durable.js';
import { output, send, type Note, type Timer } from './scripted.js';

type Kind = 'persist' | 'compact' | 'output' | 'send' | 'to-all' | 'to-self';
type Action = { readonly step: readonly Kind[] } | 'write' | 'settle';

const kinds: readonly Kind[] = ['persist', 'persist', 'compact', 'output', 'send', 'to-all', 'to-self'];
const actions: fc.Arbitrary<Action[]> = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.record({ step: fc.array(fc.constantFrom(...kinds), { maxLength: 5 }) }) },
    { weight: 2, arbitrary: fc.constant<Action>('write') },
    { weight: 1, arbitrary: fc.constant<Action>('settle') },
  ),
  { maxLength: 40 },
);

const group = createGroup({ nodes: 2 });
const own = nodeId(group, 0);
const other = nodeId(group, 1);

/** Turns kinds into effects whose numbers tell which is which, and notes what must have been durable before each. */
class Script {
  /** Records in the log after each operation on it. */
  readonly states: number[][] = [[]];
  /** What leaves, in order, with the number of operations that must be durable before. */
  readonly leaving: { readonly number: number; readonly after: number }[] = [];
  #number = 1;

  step(of: readonly Kind[]): Step<Note, unknown, Timer, number> {
    return of.map((kind) => {
      const number = this.#number++;
      const state = this.states.at(-1) ?? [];
      switch (kind) {
        case 'persist':
          this.states.push([...state, number]);
          return persist(number);
        case 'compact':
          this.states.push([number]);
          return compact(number);
        case 'to-self':
          return send(own, number);
        default:
          this.leaving.push({ number, after: this.states.length - 1 });
          return kind === 'output' ? output(number) : send(kind === 'send' ? other : 'all', number);
      }
    });
  }
}

async function settled(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

test('whatever is said leaves in its order, after everything that was persisted before it', async () => {
  await fc.assert(
    fc.asyncProperty(actions, async (all) => {
      const memory = createMemoryGroup({ group });
      const receiver = new RawPeer(memory, 1);
      const storage = new SlowStorage();
      const script = new Script();
      const protocol = new ScriptedDurable();
      const numbers = codec(protocol.recordSchema);
      const left: number[] = [];
      const leave = (number: number): void => {
        const log = storage.log.records.map((bytes) => Number(numbers.decode(bytes)));
        const durable = script.states.findLastIndex((state) => state.join() === log.join());
        const { after = Infinity } = script.leaving.find((one) => one.number === number) ?? {};
        expect(durable, `${number} left`).toBeGreaterThanOrEqual(after);
        left.push(number);
      };
      let next: readonly Kind[] = [];
      protocol.onInput = () => script.step(next);
      const node = await openNode({
        transport: memory.transport(0),
        protocol,
        storage,
        clock: new ManualClock(),
        observer: {
          output: (value) => leave(Number(value)),
          sent: (to, { number }) => (to === own ? undefined : leave(number)),
        },
      });
      node.onOutputs(() => undefined);
      for (const action of all) {
        if (action === 'settle') await settled();
        else if (action === 'write') storage.tryLetGo();
        else {
          next = action.step;
          await node.submit(0);
        }
      }
      storage.letAllGo();
      await memory.quiet();
      await settled();
      expect(left).toEqual(script.leaving.map(({ number }) => number));
      expect(storage.log.records.map((bytes) => numbers.decode(bytes))).toEqual(script.states.at(-1));
      expect(node.counters.records).toBeLessThanOrEqual(script.states.length - 1);
      await node.close();
      expect(await node.failure).toBe(undefined);
      expect(left.filter((number) => receiver.numbers.includes(number))).toEqual(receiver.numbers);
      await memory.close();
    }),
    { numRuns: 200 },
  );
});
