/** Runs of a toy, recorded. */
import { createGroup, nodeIds } from '@quorate/transport';
import {
  Simulation,
  traceLine,
  TraceReader,
  TraceWriter,
  type SimulationOptions,
  type TracedEvent,
} from '@quorate/simulation';
import { EchoToy, type EchoMessage } from './toys.js';

/** The lines of a trace of four nodes, each of which put a value in. */
export function record(
  seed: number,
  options: Partial<SimulationOptions<Uint8Array, EchoMessage, string>> = {},
  drive: (simulation: Simulation<Uint8Array, EchoMessage, string>) => void = (simulation) => simulation.run(),
): string[] {
  const group = createGroup({ nodes: 4 });
  const lines: string[] = [];
  const writer = new TraceWriter({ version: '1.2.3', nodes: group.n, plan: { seed } }, (line) => lines.push(line));
  const simulation = new Simulation<Uint8Array, EchoMessage, string>({
    group,
    seed,
    protocol: ({ self }) => new EchoToy(group, self),
    observer: (event) => writer.add(traceLine(event, event.kind === 'send' ? 10 : undefined)),
    ...options,
  });
  for (const node of nodeIds(group)) simulation.input(node, Uint8Array.of(node, 7));
  drive(simulation);
  writer.end();
  return lines;
}

/** Lines as the bytes of a file. */
export const fileOf = (lines: readonly string[]): Uint8Array =>
  new TextEncoder().encode(lines.map((line) => `${line}\n`).join(''));

/** Reads a whole trace. */
export function read(
  file: Uint8Array,
  pieceLength: number = file.length,
): { events: TracedEvent[]; reader: TraceReader } {
  const reader = new TraceReader();
  const events: TracedEvent[] = [];
  for (let at = 0; at < file.length; at += pieceLength)
    events.push(...reader.push(file.subarray(at, at + pieceLength)));
  reader.end();
  return { events, reader };
}
