/** The file that every thread of a campaign runs. */
import { parentPort, workerData } from 'node:worker_threads';
import { QuorateError } from '@quorate/serialization';
import type { CampaignSpace } from '@quorate/simulation';
import { carryOut, type CampaignFailure, type CampaignOrder, type CampaignReport } from './sim/campaign-work.js';
import { atSeed } from './sim/seed-of-error.js';
import { subjectOf } from './sim/subjects.js';

const space = workerData as CampaignSpace;
const subject = await subjectOf(space);
parentPort?.on('message', (order: CampaignOrder) => parentPort?.postMessage(answerTo(order)));

/** An error of ours loses its code between threads, so it goes as a value. */
function answerTo(order: CampaignOrder): CampaignReport | CampaignFailure {
  try {
    return carryOut(subject, space, order);
  } catch (error) {
    const { code, message, hint } = error instanceof QuorateError ? error : atSeed(order.from, error);
    return { code, message, hint };
  }
}
