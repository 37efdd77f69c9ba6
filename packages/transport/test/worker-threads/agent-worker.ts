/** A node under test in a worker thread: runs the scenarios that the test asks for. */
import { parentPort } from 'node:worker_threads';
import { createAgent, runScenario, type ScenarioName, type ScenarioParams } from '../../src/compliance.js';
import { joinGroup } from '../../src/worker-threads/index.js';

interface Request {
  readonly call: number;
  readonly scenario: ScenarioName;
  readonly params: ScenarioParams<ScenarioName>;
}

const { transport } = await joinGroup();
const agent = createAgent(transport);
parentPort?.on('message', ({ call, scenario, params }: Request) => {
  runScenario(agent, scenario, params).then(
    (result) => parentPort?.postMessage({ call, result }),
    (error: unknown) => parentPort?.postMessage({ call, error }),
  );
});
