import { describe, expect, it } from 'vitest';
import {
  createAgent,
  runScenario,
  transportCompliance,
  type Agent,
  type TestGroup,
  type TestGroupOptions,
} from '../src/compliance.js';
import { createGroup, createMemoryGroup, type MemoryGroupOptions } from '../src/index.js';

/** A memory group whose agents live where the test does. */
const openWith =
  (schedule?: MemoryGroupOptions['schedule']) =>
  ({ nodes, faulty, outboxBytes, maxFrameBytes }: TestGroupOptions): Promise<TestGroup> => {
    const memory = createMemoryGroup({
      group: createGroup({ nodes, ...(faulty === undefined ? {} : { faulty }) }),
      ...(outboxBytes === undefined ? {} : { outboxBytes }),
      ...(maxFrameBytes === undefined ? {} : { maxFrameBytes }),
      ...(schedule === undefined ? {} : { schedule }),
    });
    const agents: Agent[] = Array.from({ length: nodes }, (_, node) => createAgent(memory.transport(node)));
    return Promise.resolve({
      run: (node, scenario, params) => {
        const agent = agents[node];
        if (agent === undefined) throw new Error(`no node ${node}`);
        return runScenario(agent, scenario, params);
      },
      crash: async (node) => memory.crash(node),
      restart: async (node) => void (agents[node] = createAgent(memory.restart(node))),
      quiet: () => memory.quiet(),
      close: () => memory.close(),
    });
  };

transportCompliance({ describe, it, expect }, { name: 'memory', open: openWith(), restarts: true, tellsQuiet: true });
transportCompliance(
  { describe, it, expect },
  {
    name: 'memory, a turn of the event loop each',
    open: openWith(setImmediate),
    restarts: true,
    tellsQuiet: true,
    leavesEventLoopFree: true,
  },
);
