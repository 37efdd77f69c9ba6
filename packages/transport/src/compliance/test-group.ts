import type { ScenarioName, ScenarioParams, ScenarioResult } from './scenarios.js';

/** What a test asks the transport for. */
export interface TestGroupOptions {
  readonly nodes: number;
  /** Default: the most that so many nodes tolerate. */
  readonly faulty?: number;
  readonly outboxBytes?: number;
  readonly maxFrameBytes?: number;
}

/** A group under test: each node has an agent (`createAgent`), wherever it lives. Nodes are not opened yet. */
export interface TestGroup {
  /** Runs a scenario (`runScenario`) in the present life of a node. */
  run<Name extends ScenarioName>(
    node: number,
    scenario: Name,
    params: ScenarioParams<Name>,
  ): Promise<ScenarioResult<Name>>;
  /** Ends a node's life without a farewell. */
  crash?(node: number): Promise<void>;
  /** Begins a node's next life, with a new agent that is not opened yet. */
  restart?(node: number): Promise<void>;
  /** Resolves when no frame is under way and no node holds. */
  quiet?(): Promise<void>;
  close(): Promise<void>;
}

/** A transport under test, and what it can do beyond the contract. */
export interface TransportUnderTest {
  readonly name: string;
  open(options: TestGroupOptions): Promise<TestGroup>;
  /** A group whose last node has another group id, or speaks another wire version: where there is a handshake. */
  openMisfit?(options: TestGroupOptions, misfit: 'group' | 'version'): Promise<TestGroup>;
  /** Whether nodes can be crashed and restarted (`crash`, `restart`). */
  readonly restarts?: boolean;
  /** Whether `quiet` is offered. */
  readonly tellsQuiet?: boolean;
  /** Whether timers and sockets have their turn while frames flow without end. */
  readonly leavesEventLoopFree?: boolean;
}

/** The part of a test framework that the suite needs; vitest, jest and jasmine have it. */
export interface TestFramework {
  readonly describe: (name: string, body: () => void) => void;
  readonly it: (name: string, body: () => Promise<void>) => void;
  readonly expect: (actual: unknown) => { toBe(expected: unknown): void; toEqual(expected: unknown): void };
}

/** What each part of the suite gets. */
export interface Bench extends TestFramework {
  readonly transport: TransportUnderTest;
  /** A test of a group, which is opened before (all nodes see each other, unless `closed`) and closed behind. */
  readonly test: (
    name: string,
    options: TestGroupOptions & { readonly closed?: boolean },
    body: (group: TestGroup) => Promise<void>,
  ) => void;
}

/** Opens some nodes, and waits until each sees all the others. */
export async function openNodes(group: TestGroup, nodes: readonly number[]): Promise<void> {
  for (const node of nodes) await group.run(node, 'open', null);
  for (const node of nodes) {
    for (const peer of nodes) {
      if (peer !== node) await group.run(node, 'untilLink', { peer, event: 'opened' });
    }
  }
}
