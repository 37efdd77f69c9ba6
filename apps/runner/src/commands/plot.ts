/** `--plot FILE.svg`: a picture of what the correct nodes put out. */
import { writeFile } from 'node:fs/promises';
import { QuorateError } from '@quorate/serialization';
import type { Configuration } from '../configuration.js';
import type { OutputsShown, ProtocolEntry, Stack } from '../protocols/protocol.js';
import { reasonOf } from '../reason.js';
import { shown } from '../suggest.js';

/** Draws the outputs of a document, if somebody wants them drawn. Throws Q9040 where nothing can be written. */
export async function drawPlot(
  entry: ProtocolEntry,
  { options }: Stack,
  outputs: Readonly<Record<string, OutputsShown>>,
  configuration: Configuration,
): Promise<void> {
  const path = entry.settings.includes('plot') ? configuration.text('plot') : undefined;
  if (path === undefined || entry.plot === undefined) return;
  const nodes = Object.entries(outputs).map(([node, { points = [] }]) => ({ node, points }));
  try {
    await writeFile(path, entry.plot(nodes, options));
  } catch (error) {
    const hint = 'name a file that can be written';
    throw new QuorateError('Q9040', `${shown(path)} cannot be written (${reasonOf(error)})`, hint, { cause: error });
  }
}
