/**
 * What every transport and every storage must do, as tests. A storage passes when its spec calls `storageCompliance`. A transport passes when its spec calls `transportCompliance` with its test
 * framework's functions and a way to open a group of it; nodes that live elsewhere run `createAgent` and `runScenario` there.
 */
import { lifeTests } from './compliance/life.js';
import { linkTests } from './compliance/links.js';
import { pressureTests } from './compliance/pressure.js';
import { openNodes, type Bench, type TestFramework, type TransportUnderTest } from './compliance/test-group.js';

export type { Agent, Behaviour, LogEntry } from './compliance/agent.js';
export {
  createAgent,
  runScenario,
  type ScenarioName,
  type ScenarioParams,
  type ScenarioResult,
  type Scenarios,
} from './compliance/scenarios.js';
export { storageCompliance, type StoragePlace, type StorageUnderTest } from './compliance/storage.js';
export type { TestFramework, TestGroup, TestGroupOptions, TransportUnderTest } from './compliance/test-group.js';

/** Registers the suite with a test framework. */
export function transportCompliance(framework: TestFramework, transport: TransportUnderTest): void {
  const { describe, it, expect } = framework;
  const test: Bench['test'] = (name, options, body) => {
    it(name, async () => {
      const group = await transport.open(options);
      try {
        if (options.closed !== true) await openNodes(group, [...Array(options.nodes).keys()]);
        await body(group);
      } finally {
        await group.close();
      }
    });
  };
  const bench: Bench = { describe, it, expect, transport, test };
  describe(`a transport: ${transport.name}`, () => {
    linkTests(bench);
    pressureTests(bench);
    lifeTests(bench);
  });
}
