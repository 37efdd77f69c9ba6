import { createAgent, runScenario, type Agent, type TestGroup, type TestGroupOptions } from '../src/compliance.js';
import {
  createGroup,
  createMemoryGroup,
  type MemoryGroup,
  type MemoryGroupOptions,
  type Transport,
} from '../src/index.js';

interface MemoryVariant {
  readonly schedule?: MemoryGroupOptions['schedule'];
  /** Puts something around each node's transport. */
  readonly wrap?: (transport: Transport, memory: MemoryGroup) => Transport;
}

/** Opens memory groups for the compliance suite; their agents live where the test does. */
export const openMemory =
  ({ schedule, wrap = (transport) => transport }: MemoryVariant = {}) =>
  async ({ nodes, faulty, outboxBytes, maxFrameBytes }: TestGroupOptions): Promise<TestGroup> => {
    const memory = createMemoryGroup({
      group: createGroup({ nodes, ...(faulty === undefined ? {} : { faulty }) }),
      ...(outboxBytes === undefined ? {} : { outboxBytes }),
      ...(maxFrameBytes === undefined ? {} : { maxFrameBytes }),
      ...(schedule === undefined ? {} : { schedule }),
    });
    const agentOf = (transport: Transport): Agent => createAgent(wrap(transport, memory));
    const agents = Array.from({ length: nodes }, (_, node) => agentOf(memory.transport(node)));
    return {
      run: (node, scenario, params) => {
        const agent = agents[node];
        if (agent === undefined) throw new Error(`no node ${node}`);
        return runScenario(agent, scenario, params);
      },
      crash: async (node) => memory.crash(node),
      restart: async (node) => void (agents[node] = agentOf(memory.restart(node))),
      quiet: () => memory.quiet(),
      close: () => memory.close(),
    };
  };
