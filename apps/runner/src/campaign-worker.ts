/** The file that every thread of a campaign runs. */
import { parentPort, workerData } from 'node:worker_threads';
import { carryOut, type CampaignOrder, type CampaignWork } from './sim/campaign-work.js';

const work = workerData as CampaignWork;
parentPort?.on('message', (order: CampaignOrder) => parentPort?.postMessage(carryOut(work, order)));
