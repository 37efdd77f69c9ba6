/** Groups of worker threads: shared-memory rings between threads, started and supervised from one program. */
export { errors } from './errors.js';
export { joinGroup, type Joined } from './join-group.js';
export { startGroup } from './start-group.js';
export type { GroupEvent, GroupOptions, NodeFailure, SpawnOptions, WorkerGroup } from './worker-group.js';
