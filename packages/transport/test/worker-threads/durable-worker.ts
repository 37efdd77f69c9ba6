/** A node in a worker thread that counts on disk, and tells the program what it knew at its start and every number that was durable. */
import { parentPort } from 'node:worker_threads';
import { fileStorage } from '../../src/file-storage/index.js';
import { integer, openNode, type DurableProtocol, type NodeId, type Schema, type Step } from '../../src/index.js';
import { joinGroup } from '../../src/worker-threads/index.js';

/** What a worker tells: the last number on its disk when it started, and each that it counted since. */
export type Told = { readonly restored: number } | { readonly counted: readonly number[] };

const schema = integer({ max: 1_000_000 });

/** Persists a number, says it to itself, counts on. */
class Counter implements DurableProtocol<number, number, number, number> {
  readonly schema: Schema<number> = schema;
  readonly recordSchema: Schema<number> = schema;
  readonly ready = true;
  readonly #self: NodeId;

  constructor(self: NodeId) {
    this.#self = self;
  }

  restore(records: readonly number[]): Step<number, number, never, number> {
    const last = records.at(-1) ?? 0;
    parentPort?.postMessage({ restored: last } satisfies Told);
    return this.#count(last + 1);
  }

  input(): Step<number, number, never, number> {
    return [];
  }

  receive(from: NodeId, number: number): Step<number, number, never, number> {
    return from === this.#self ? this.#count(number + 1) : [];
  }

  #count(number: number): Step<number, number, never, number> {
    const log =
      number % 1000 === 0
        ? ({ kind: 'compact', records: [number] } as const)
        : ({ kind: 'persist', record: number } as const);
    return [log, { kind: 'output', value: number }, { kind: 'send', to: this.#self, message: number }];
  }
}

const { transport, data } = await joinGroup();
await openNode({
  transport,
  protocol: new Counter(transport.self),
  storage: fileStorage({ path: `${String(data)}/${transport.self}.log`, identity: `counter/${transport.self}` }),
  onOutputs: (counted) => parentPort?.postMessage({ counted } satisfies Told),
});
