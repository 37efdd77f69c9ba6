/** The layers below the protocols, measured by themselves. */
import { benchSerialization } from './serialization.js';
import type { Subject } from './subject.js';
import { benchTransport } from './transport.js';

/** The codec alone, in one thread. */
export const serialization: Subject = {
  name: 'serialization',
  operation: 'a small vote with its digest (32 bytes), encoded and decoded',
  grouped: false,
  async measure({ seconds, signal }) {
    const { ours, baseline, details } = await benchSerialization({ seconds, signal });
    return { opsPerSecond: ours, baseline, details };
  },
};

/** The transport alone, through its public API. */
export const transport: Subject = {
  name: 'transport',
  operation: 'a frame delivered to another node',
  grouped: true,
  async measure({ group, payload, seconds, signal }) {
    const { ours, baseline, details } = await benchTransport({ nodes: group.n, payload, seconds, signal, runs: 1 });
    const { cpuCores, ...others } = details;
    return {
      opsPerSecond: ours,
      baseline,
      ...(cpuCores === undefined ? {} : { cpuCores }),
      messagesPerOp: 1,
      details: others,
    };
  },
};
