/** The file that every thread of a campaign runs. */
import { parentPort, workerData } from 'node:worker_threads';
import { QuorateError } from '@quorate/serialization';
import {
  carryOut,
  type CampaignFailure,
  type CampaignOrder,
  type CampaignReport,
  type CampaignWork,
} from './sim/campaign-work.js';

const work = workerData as CampaignWork;
parentPort?.on('message', (order: CampaignOrder) => parentPort?.postMessage(answerTo(order)));

/** An error of ours loses its code between threads, so it goes as a value. */
function answerTo(order: CampaignOrder): CampaignReport | CampaignFailure {
  try {
    return carryOut(work, order);
  } catch (error) {
    if (!(error instanceof QuorateError)) throw error;
    const { code, message, hint } = error;
    return { code, message: `${message} (seeds ${order.from}..${order.to})`, hint };
  }
}
