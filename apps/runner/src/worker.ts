/** The file that every node's thread runs. */
import { joinGroup } from '@quorate/transport/worker-threads';
import { controlPort } from './run/control.js';
import { takePart } from './run/node-thread.js';
import type { ThreadData } from './run/node-thread.js';

const control = controlPort();
const { transport, data } = await joinGroup<ThreadData>();
await takePart(transport, data, control);
