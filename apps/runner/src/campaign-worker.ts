/** The file that every thread of a campaign runs. */
import { parentPort, workerData } from 'node:worker_threads';
import { QuorateError } from '@quorate/serialization';
import type { CampaignSpace } from '@quorate/simulation';
import { carryOut, type CampaignFailure, type CampaignOrder, type CampaignReport } from './sim/campaign-work.js';
import { subjectOf } from './sim/subjects.js';

const space = workerData as CampaignSpace;
const subject = await subjectOf(space);
parentPort?.on('message', (order: CampaignOrder) => parentPort?.postMessage(answerTo(order)));

/** An error of ours loses its code between threads, so it goes as a value. */
function answerTo(order: CampaignOrder): CampaignReport | CampaignFailure {
  try {
    return carryOut(subject, space, order);
  } catch (error) {
    const seeds = `seeds ${order.from}..${order.to}`;
    const known =
      error instanceof QuorateError ? error : new QuorateError('Q9000', String(error), 'run them one by one');
    return { code: known.code, message: `${known.message} (${seeds})`, hint: known.hint };
  }
}
