/** The file that every node's thread runs. What a thread does not do it does not load. */
import { workerData } from 'node:worker_threads';
import type { Transport } from '@quorate/transport';
import { joinGroup } from '@quorate/transport/worker-threads';
import { invitationIn } from './bench/invitation.js';
import { protocolNamed } from './protocols/registry.js';
import { controlPort } from './run/control.js';
import { followOrders } from './run/node-thread.js';
import type { ThreadData } from './thread-data.js';

async function joined(): Promise<{ transport: Transport; data: ThreadData }> {
  const invitation = invitationIn(workerData);
  if (invitation === undefined) return joinGroup<ThreadData>();
  const { joinPostMessageGroup } = await import('./bench/post-message-group.js');
  return { transport: joinPostMessageGroup(invitation), data: invitation.data };
}

async function main(): Promise<void> {
  const control = controlPort();
  const { transport, data } = await joined();
  const entry = await protocolNamed(data.plan.protocol);
  if (data.kind === 'load') {
    const { LoadGenerator } = await import('./bench/load-generator.js');
    const { plan, counts } = data;
    return entry.compose(plan, (parts) => followOrders(new LoadGenerator(parts, plan, transport, counts), control));
  }
  const { Participant } = await import('./run/participant.js');
  const { plan, progress } = data;
  return entry.compose(plan, (parts) => followOrders(new Participant(parts, plan, transport, progress), control));
}

await main();
