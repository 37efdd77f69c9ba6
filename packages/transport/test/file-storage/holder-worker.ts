/** A thread that opens a log and holds it. */
import { parentPort, workerData } from 'node:worker_threads';
import { fileStorage } from '../../src/file-storage/index.js';
import { QuorateError } from '../../src/index.js';

const storage = fileStorage({ path: String(workerData), identity: 'writer/0' });
try {
  await storage.open();
  parentPort?.postMessage('open');
  // Whoever holds nothing else would end here.
  setInterval(() => undefined, 1000);
} catch (error) {
  parentPort?.postMessage(error instanceof QuorateError ? error.code : String(error));
}
