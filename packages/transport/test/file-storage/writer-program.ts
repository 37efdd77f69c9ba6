/**
 * Appends numbered records to a log until it is killed, several at a time, and tells on standard output which are durable. Every so often
 * it compacts to the last one. With `hold` it opens the log and does nothing more.
 */
import { writeSync } from 'node:fs';
import { argv } from 'node:process';
import { fileStorage } from '../../src/file-storage/index.js';
import { QuorateError } from '../../src/index.js';

const [, , path = '', mode = 'write'] = argv;
const tell = (line: string): void => void writeSync(1, `${line}\n`);
const record = (number: number): Uint8Array => new TextEncoder().encode(`${number} `.repeat(1 + (number % 50)).trim());

try {
  const storage = fileStorage({ path, identity: 'writer/0' });
  const { records } = await storage.open();
  const last = records.at(-1);
  let number = last === undefined ? 0 : Number.parseInt(new TextDecoder().decode(last), 10);
  tell(`open ${number}`);
  if (mode === 'hold') setInterval(() => undefined, 1000);
  else
    for (;;) {
      const batch = Array.from({ length: 1 + (number % 7) }, (_, at) => record(number + 1 + at));
      await storage.append(batch);
      number += batch.length;
      tell(`durable ${number}`);
      if (number % 11 === 0) await storage.compact([record(number)]);
    }
} catch (error) {
  tell(error instanceof QuorateError ? `${error.code} ${error.message}` : String(error));
}
