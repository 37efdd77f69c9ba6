/** `--plot FILE.svg`: a picture of what the correct nodes put out. */
import { open, writeFile } from 'node:fs/promises';
import { QuorateError } from '@quorate/serialization';
import type { Configuration } from '../configuration.js';
import type { Terminal } from '../output/terminal.js';
import type { OutputsShown, ProtocolEntry, Stack } from '../protocols/protocol.js';
import { reasonOf } from '../reason.js';
import { shown } from '../suggest.js';

/** Draws the outputs of a document. Never throws: a picture that cannot be written does not cost the result. */
export type DrawPlot = (outputs: Readonly<Record<string, OutputsShown>>, terminal: Terminal) => Promise<void>;

/** Looks, before anything runs, whether a picture is wanted and can be written. Throws Q9040. */
export async function preparePlot(
  entry: ProtocolEntry,
  { options }: Stack,
  configuration: Configuration,
): Promise<DrawPlot> {
  const { plot } = entry;
  const path = entry.settings.includes('plot') ? configuration.text('plot') : undefined;
  if (path === undefined || plot === undefined) return () => Promise.resolve();
  try {
    // What is there stays there until there is something to draw.
    await (await open(path, 'a')).close();
  } catch (error) {
    throw unwritable(path, error);
  }
  return async (outputs, terminal) => {
    const nodes = Object.entries(outputs).map(([node, { points = [] }]) => ({ node, points }));
    try {
      await writeFile(path, plot(nodes, options));
    } catch (error) {
      const { code, message } = unwritable(path, error);
      terminal.log('error', `${code}: ${message}`);
    }
  };
}

function unwritable(path: string, error: unknown): QuorateError {
  const hint = 'name a file that can be written';
  return new QuorateError('Q9040', `${shown(path)} cannot be written (${reasonOf(error)})`, hint, { cause: error });
}
