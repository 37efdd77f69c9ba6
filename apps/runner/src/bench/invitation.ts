import type { MessagePort } from 'node:worker_threads';
import type { Group } from '@quorate/transport';
import type { ThreadData } from '../thread-data.js';

/** What a thread gets that is linked by plain message ports. */
export interface Invitation {
  readonly group: Group;
  readonly self: number;
  /** By peer; none to oneself. */
  readonly ports: readonly (MessagePort | undefined)[];
  readonly data: ThreadData;
}

/** Where an invitation stands in `workerData`. */
export const invitationKey = 'quorate.post-message';

/** The invitation in a thread's `workerData`, if it has one. */
export const invitationIn = (data: unknown): Invitation | undefined =>
  typeof data === 'object' && data !== null && invitationKey in data ? (data[invitationKey] as Invitation) : undefined;
