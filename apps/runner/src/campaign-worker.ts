/** The file that every thread of a campaign runs. */
import { parentPort, workerData } from 'node:worker_threads';
import { QuorateError } from '@quorate/serialization';
import type { CampaignSpace } from '@quorate/simulation';
import { carryOut, type CampaignFailure, type CampaignOrder, type CampaignReport } from './sim/campaign-work.js';
import { subjectOf, type Simulatable } from './sim/subjects.js';

const space = workerData as CampaignSpace;
const subject = subjectOf(space);
parentPort?.on('message', async (order: CampaignOrder) => parentPort?.postMessage(answerTo(await subject, order)));

/** An error of ours loses its code between threads, so it goes as a value. */
function answerTo(one: Simulatable, order: CampaignOrder): CampaignReport | CampaignFailure {
  try {
    return carryOut(one, space, order);
  } catch (error) {
    if (!(error instanceof QuorateError)) throw error;
    const { code, message, hint } = error;
    return { code, message: `${message} (seeds ${order.from}..${order.to})`, hint };
  }
}
