/**
 * What a node under test can be asked to do. Parameters and results are plain values, because the node may live in another
 * thread: there `createAgent` and `runScenario` are called, here the suite asks for scenarios by name.
 */
import { QuorateError } from '@quorate/serialization';
import type { Transport } from '../transport.js';
import { Agent, type Behaviour, type LogEntry } from './agent.js';

/** Every scenario: what it takes and what it answers. */
export interface Scenarios {
  /** Who the node is. */
  identify: {
    params: null;
    result: { self: number; n: number; f: number; incarnation: number; maxFrameBytes: number };
  };
  /** Opens the transport. Answers the code of the error that was thrown, if one was. */
  open: { params: null; result: string | null };
  /** Sends `count` frames of `bytes` bytes numbered from `first` on, then flushes. Answers the code of the error thrown. */
  send: {
    params: { to: number | 'all'; first?: number; count: number; bytes: number; hops?: number };
    result: string | null;
  };
  /** Broadcasts frames that are numbered together with those that are passed on. */
  spread: { params: { count: number; bytes: number; hops: number }; result: null };
  /** Sends one frame of each length, in order. */
  sendLengths: { params: { to: number; lengths: readonly number[] }; result: null };
  /** Hands the transport a range that is none. Answers the code of the error. */
  sendRange: { params: { to: number; length: number; start: number; end: number }; result: string | null };
  /** Sends to everybody in `to` in turn until the transport is congested, at most `count` frames each. */
  sendUntilCongested: {
    params: { to: readonly number[]; count: number; bytes: number };
    result: { congested: boolean; sent: number };
  };
  behave: { params: Behaviour; result: null };
  /** Waits until so many frames came from a peer. Answers how many came. */
  untilFrames: { params: { from: number; count: number }; result: number };
  /** Waits until the frame with this number came from a peer. */
  untilFrame: { params: { from: number; index: number }; result: null };
  /** Waits until a peer's link told an event of this kind, `count` times (1). */
  untilLink: { params: { peer: number; event: string; count?: number }; result: null };
  /** Waits until `writable` was told. */
  untilWritable: { params: null; result: null };
  log: { params: { peer: number }; result: readonly LogEntry[] };
  /** How often the handler was called when it must not be. */
  offences: { params: null; result: { afterClose: number; nested: number } };
  congested: { params: null; result: boolean };
  pause: { params: null; result: null };
  resume: { params: null; result: null };
  hold: { params: null; result: null };
  release: { params: null; result: null };
  close: { params: null; result: null };
  /** Schedules a function, waits for it. Answers whether it ran within the call. */
  schedule: { params: null; result: 'later' | 'at once' };
  /** Schedules a function and closes at once. Answers whether the function ran all the same. */
  scheduleAndClose: { params: null; result: boolean };
  /** Answers when a timer of the event loop fired. */
  tick: { params: null; result: null };
}

export type ScenarioName = keyof Scenarios;
export type ScenarioParams<Name extends ScenarioName> = Scenarios[Name]['params'];
export type ScenarioResult<Name extends ScenarioName> = Scenarios[Name]['result'];

/** The node's end of the suite: one for each life of a node. */
export const createAgent = (transport: Transport): Agent => new Agent(transport);

/** Runs one scenario. What it throws is a failure of the test. */
export async function runScenario<Name extends ScenarioName>(
  agent: Agent,
  name: Name,
  params: ScenarioParams<Name>,
): Promise<ScenarioResult<Name>> {
  return scenarios[name](agent, params);
}

type Run<Name extends ScenarioName> = (
  agent: Agent,
  params: ScenarioParams<Name>,
) => ScenarioResult<Name> | Promise<ScenarioResult<Name>>;

const scenarios: { readonly [Name in ScenarioName]: Run<Name> } = {
  identify: ({ transport }) => ({
    self: transport.self,
    n: transport.group.n,
    f: transport.group.f,
    incarnation: transport.incarnation,
    maxFrameBytes: transport.maxFrameBytes,
  }),
  open: (agent) => codeOf(() => agent.open()),
  send: (agent, { to, first = 0, count, bytes, hops = 0 }) =>
    codeOf(() => {
      for (let index = first; index < first + count; index++) agent.send(to, index, bytes, hops);
      agent.transport.flush();
    }),
  spread: (agent, { count, bytes, hops }) => {
    for (let sent = 0; sent < count; sent++) agent.send('all', agent.nextBroadcast(), bytes, hops);
    agent.transport.flush();
    return null;
  },
  sendLengths: (agent, { to, lengths }) => {
    for (const [index, length] of lengths.entries()) agent.send(to, index, length, 0);
    agent.transport.flush();
    return null;
  },
  sendRange: ({ transport }, { to, length, start, end }) =>
    codeOf(() => transport.send(to as Transport['self'], new Uint8Array(length), start, end)),
  sendUntilCongested: (agent, { to, count, bytes }) => {
    let sent = 0;
    while (sent < count && !agent.transport.congested) {
      for (const peer of to) agent.send(peer, sent, bytes, 0);
      agent.transport.flush();
      sent++;
    }
    return { congested: agent.transport.congested, sent };
  },
  behave: (agent, behaviour) => {
    agent.behave(behaviour);
    return null;
  },
  untilFrames: async (agent, { from, count }) => {
    await agent.until(() => agent.frames(from) >= count);
    return agent.frames(from);
  },
  untilFrame: async (agent, { from, index }) => {
    const among = (entry: LogEntry): boolean => entry.kind === 'frames' && entry.first <= index && index <= entry.last;
    await agent.until(() => agent.log(from).some(among));
    return null;
  },
  untilLink: async (agent, { peer, event, count = 1 }) => {
    const told = (): number =>
      agent.log(peer).filter((entry) => entry.kind === 'link' && entry.event.kind === event).length;
    await agent.until(() => told() >= count);
    return null;
  },
  untilWritable: async (agent) => {
    await agent.until(() => agent.writable > 0);
    return null;
  },
  log: (agent, { peer }) => agent.log(peer),
  offences: ({ afterClose, nested }) => ({ afterClose, nested }),
  congested: (agent) => agent.transport.congested,
  pause: (agent) => {
    agent.transport.pause();
    return null;
  },
  resume: (agent) => {
    agent.transport.resume();
    return null;
  },
  hold: (agent) => {
    agent.release = agent.transport.hold();
    return null;
  },
  release: (agent) => {
    agent.release?.();
    return null;
  },
  close: async (agent) => {
    await agent.close();
    return null;
  },
  schedule: (agent) =>
    new Promise((resolve) => {
      let within = true;
      agent.transport.schedule(() => resolve(within ? 'at once' : 'later'));
      within = false;
    }),
  scheduleAndClose: async (agent) => {
    let ran = false;
    agent.transport.schedule(() => {
      ran = true;
    });
    await agent.close();
    await tick();
    return ran;
  },
  tick: async () => {
    await tick();
    return null;
  },
};

const tick = (): Promise<void> => new Promise((resolve) => void setTimeout(resolve));

/** The code of the error that `run` throws; an error without one is a failure of the test. */
function codeOf(run: () => void): string | null {
  try {
    run();
    return null;
  } catch (error) {
    if (error instanceof QuorateError) return error.code;
    throw error;
  }
}
