/** A bench for people: the figure, what it is compared with, and what it costs. */
import { byteSize, counted, digits, grouped } from '../output/quantity.js';
import { indented, table } from '../output/table.js';
import type { Colors } from '../output/terminal.js';
import type { BenchDocument } from './document.js';
import type { Subject } from './subject.js';

/** The page of a bench. */
export function benchPage(document: BenchDocument, subject: Subject, colors: Colors): string {
  const blocks = [
    headOf(document, subject, colors),
    indented(table(figuresOf(document))),
    indented(table(document.gates.map((gate) => gateRow(gate, colors)))),
    remarks[document.verdict] === '' ? '' : colors.red(remarks[document.verdict]),
    colors.dim(`replay: ${document.replay}`),
  ];
  return blocks.filter((block) => block !== '').join('\n\n');
}

const gateRow = ({ gate, passed, measured }: BenchDocument['gates'][number], { green, red, dim }: Colors): string[] => [
  passed ? green('✓') : red('✗'),
  gate,
  ...(measured === null ? [dim('not measured by this bench')] : []),
];

const remarks = {
  valid: '',
  violated: 'what was delivered differed between correct nodes',
  undecided: 'some broadcasts were still under way long after the load had stopped',
} as const;

function headOf(document: BenchDocument, { grouped: ofGroup }: Subject, { bold, dim }: Colors): string {
  const { protocol, n, f, payload, seconds, runs, machine, faults } = document;
  const group = `: ${counted(n, 'node')}, ${f} of which may lie, ${byteSize(payload)} a value`;
  const liars = faults.length === 0 ? '' : ` · ${faults.join(', ')}`;
  const how = `median of ${counted(runs, 'run')} of ${seconds} s · Node ${machine.node}, ${counted(machine.cores, 'core')}`;
  return `${bold(protocol)}${ofGroup ? group : ''}${liars}\n${dim(how)}`;
}

function figuresOf({ metrics, operation }: BenchDocument): readonly (readonly string[])[] {
  const { baseline, latencyMs, memory } = metrics;
  const rows: string[][] = [
    ['operations', `${grouped(metrics.opsPerSecond)} a second`, operation],
    ['spread', `${digits(metrics.spread * 100)} %`, 'greatest − least, of the median'],
    ['baseline', `${grouped(baseline.opsPerSecond)} a second`, baseline.name],
    ['ratio', `${digits(baseline.ratio)} ×`, 'in the same run'],
  ];
  if (latencyMs !== undefined) {
    rows.push(['latency', `p50 ${digits(latencyMs.p50)} ms, p99 ${digits(latencyMs.p99)} ms`, 'at full load']);
  }
  if (metrics.messagesPerOp !== undefined) {
    const { messagesPerOpExpected: expected, messagesFormula } = metrics;
    const formula =
      expected === undefined ? 'per operation' : `per operation; ${messagesFormula ?? 'expected'} = ${expected}`;
    rows.push(['messages', digits(metrics.messagesPerOp), formula]);
  }
  if (metrics.wireBytesPerOp !== undefined)
    rows.push(['bytes', grouped(metrics.wireBytesPerOp), 'between nodes, per operation']);
  if (metrics.cpuCores !== undefined) rows.push(['processors', digits(metrics.cpuCores), 'in use']);
  if (metrics.rssBytesPerNode !== undefined) rows.push(['memory', byteSize(metrics.rssBytesPerNode), 'for each node']);
  if (memory !== undefined) {
    rows.push(['resident', `${byteSize(memory.rssFirst)} → ${byteSize(memory.rssLast)}`, 'first third → last third']);
    rows.push(['heaps', `${byteSize(memory.heapFirst)} → ${byteSize(memory.heapLast)}`, 'of all threads']);
  }
  for (const [name, value] of Object.entries(metrics.details ?? {})) {
    rows.push([name, typeof value === 'number' ? digits(value) : value]);
  }
  return rows;
}
