import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type {
  ScenarioName,
  ScenarioParams,
  ScenarioResult,
  TestGroup,
  TestGroupOptions,
} from '../../src/compliance.js';
import { createGroup, nodeId, type Group } from '../../src/index.js';
import { bundled, withoutHooks } from './bundles.js';
import { startGroup, type GroupOptions, type SpawnOptions, type WorkerGroup } from '../../src/worker-threads/index.js';

interface Answer {
  readonly call: number;
  readonly result?: unknown;
  readonly error?: unknown;
}

interface Call {
  readonly worker: Worker;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** Asks the agents in the workers of a group, and notes what becomes of each worker. */
export class Agents {
  readonly #calls = new Map<number, Call>();
  #next = 0;
  readonly #file: URL;

  constructor(file: URL) {
    this.#file = file;
  }

  /** Starts a worker with an agent in it. */
  readonly spawn = (options: SpawnOptions, file: URL = this.#file): Worker => {
    const worker = new Worker(file, { ...options, ...withoutHooks });
    worker.on('message', (answer: Answer) => this.#answered(answer));
    // A scenario that is under way when its node dies fails, rather than hang.
    worker.on('exit', () => {
      for (const [call, { worker: asked, reject }] of this.#calls) {
        if (asked !== worker) continue;
        this.#calls.delete(call);
        reject(new Error('the worker is gone'));
      }
    });
    return worker;
  };

  run<Name extends ScenarioName>(
    worker: Worker,
    scenario: Name,
    params: ScenarioParams<Name>,
  ): Promise<ScenarioResult<Name>> {
    const call = this.#next++;
    return new Promise((resolve, reject) => {
      this.#calls.set(call, { worker, resolve: (result) => resolve(result as ScenarioResult<Name>), reject });
      worker.postMessage({ call, scenario, params });
    });
  }

  #answered({ call, result, error }: Answer): void {
    const waiting = this.#calls.get(call);
    this.#calls.delete(call);
    if (error === undefined) waiting?.resolve(result);
    else waiting?.reject(error);
  }
}

/** A group of worker threads under test. */
export async function openAgents(
  options: TestGroupOptions & Partial<GroupOptions>,
  wrap: (spawn: Agents['spawn']) => GroupOptions['spawn'] = (spawn) => (given) => spawn(given),
): Promise<TestGroup & { readonly workers: WorkerGroup }> {
  const { nodes, faulty, ...rest } = options;
  const group = createGroup({ nodes, ...(faulty === undefined ? {} : { faulty }) });
  const agents = new Agents(await bundled('agent-worker'));
  const workers = await startGroup({ onEvent: () => undefined, ...rest, group, spawn: wrap(agents.spawn) });
  return {
    workers,
    run: (node, scenario, params) => agents.run(workers.worker(nodeId(group, node)), scenario, params),
    crash: (node) => crash(workers, group, node),
    restart: (node) => workers.restart(nodeId(group, node)),
    quiet: () => untilQuiet(workers),
    close: () => workers.close(),
  };
}

async function crash(workers: WorkerGroup, group: Group, node: number): Promise<void> {
  const worker = workers.worker(nodeId(group, node));
  const exit = once(worker, 'exit');
  await worker.terminate();
  await exit;
}

/** Looks whenever the event loop comes round: nobody tells when a group becomes quiet. */
async function untilQuiet(workers: WorkerGroup): Promise<void> {
  for (let before = -1; !(workers.quiet() && workers.activity() === before);) {
    before = workers.activity();
    await new Promise((resolve) => void setTimeout(resolve));
  }
}
