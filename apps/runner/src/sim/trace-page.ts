/** The statistics of a trace for people. */
import type { Summary, TraceStatistics } from '@quorate/simulation';
import { byteSize, counted, grouped } from '../output/quantity.js';
import { indented, table } from '../output/table.js';
import type { Colors } from '../output/terminal.js';

/** The largest group whose links are shown one by one. */
const mostNodes = 16;

export function statisticsPage(found: TraceStatistics & { readonly traceDigest: string }, colors: Colors): string {
  const { bold, dim } = colors;
  const blocks = [
    `${bold('trace')}: ${counted(found.nodes, 'node')}, ${counted(found.events, 'event')}, ${counted(found.ticks, 'tick')}\n${dim(`digest ${found.traceDigest}`)}`,
    indented(kindTable(found, colors)),
    indented(linkTable(found, colors)),
    indented(summaryTable(found, colors)),
    indented(endings(found)),
  ];
  return blocks.filter((block) => block !== '').join('\n\n');
}

function kindTable({ kinds, messages, received, bytes }: TraceStatistics, { dim }: Colors): string {
  return table(
    [
      ['messages', 'sent', 'received', 'between nodes'].map(dim),
      ...kinds.map((kind) => [kind.kind, grouped(kind.messages), grouped(kind.received), byteSize(kind.bytes)]),
      ['all', grouped(messages), grouped(received), byteSize(bytes)],
    ],
    ['left', 'right', 'right', 'right'],
  );
}

function linkTable({ nodes, links }: TraceStatistics, { dim }: Colors): string {
  if (nodes > mostNodes) return '';
  const all = Array.from({ length: nodes }, (_, node) => node);
  const receivedOn = (from: number, to: number): string =>
    grouped(links.find((link) => link.from === from && link.to === to)?.received ?? 0);
  return table(
    [
      ['received', ...all.map((to) => `by ${to}`)].map(dim),
      ...all.map((from) => [`from ${from}`, ...all.map((to) => receivedOn(from, to))]),
    ],
    ['left', ...all.map(() => 'right' as const)],
  );
}

function summaryTable({ steps, latency }: TraceStatistics, { dim }: Colors): string {
  return table(
    [
      ['', 'least', 'p50', 'p99', 'most', 'outputs'].map(dim),
      summaryRow('steps', steps),
      summaryRow('ticks from input', latency),
    ],
    ['left', 'right', 'right', 'right', 'right', 'right'],
  );
}

function summaryRow(name: string, summary: Summary | null): readonly string[] {
  if (summary === null) return [name, '–'];
  return [name, ...[summary.min, summary.p50, summary.p99, summary.max, summary.count].map(grouped)];
}

function endings({ outputs, faults, timers, crashes, restarts }: TraceStatistics): string {
  return table([
    ['outputs', outputs.map(grouped).join(', ')],
    ...faults.map(({ peer, kind, count }): readonly string[] => [
      'fault',
      `node ${peer}: ${kind}, ${counted(count, 'report')}`,
    ]),
    ...(timers === 0 ? [] : [['timers', grouped(timers)]]),
    ...(crashes + restarts === 0 ? [] : [['crashes', `${grouped(crashes)}, restarts ${grouped(restarts)}`]]),
  ]);
}
