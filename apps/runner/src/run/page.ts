/** A run for people: who delivered what, which promises held, who accused whom. */
import { byteSize, counted, digits, grouped } from '../output/quantity.js';
import { indented, table } from '../output/table.js';
import type { Colors } from '../output/terminal.js';
import type { ProtocolEntry } from '../protocols/protocol.js';
import { layering, workText } from '../protocols/headline.js';
import type { RunDocument } from './document.js';
import { accusations, type RunResult } from './result.js';

/** The page of a run. */
export function runPage(entry: ProtocolEntry, result: RunResult, document: RunDocument, colors: Colors): string {
  const blocks = [
    headOf(entry, document, colors),
    indented(nodesTable(result, colors)),
    indented(propertiesTable(entry, result, colors)),
    indented(accusationLines(result, colors)),
    indented(metricLines(document)),
    `${verdictLine(document, colors)}\n${colors.dim(`replay: ${document.replay}`)}`,
  ];
  return blocks.filter((block) => block !== '').join('\n\n');
}

/** The verdict, with what led to it. */
export function verdictLine({ verdict, violations, ending }: RunDocument, colors: Colors): string {
  const interrupted = ending === 'interrupted' ? ' (interrupted: this is what was done so far)' : '';
  switch (verdict) {
    case 'valid':
      return `verdict: ${colors.green('valid')}${interrupted}`;
    case 'undecided':
      return `verdict: ${colors.yellow('undecided')}${interrupted || ' (given up: nothing went on, and something was still on its way; a longer --timeout waits longer)'}`;
    case 'violated': {
      const kind = violations.some((violation) => violation.kind === 'safety') ? 'safety' : 'liveness';
      return `verdict: ${colors.red(`${kind} violated`)}${interrupted}`;
    }
  }
}

function headOf(entry: ProtocolEntry, document: RunDocument, { bold, dim }: Colors): string {
  const { protocol, n, f, seed, count, input } = document;
  const what =
    input === undefined
      ? workText(entry, document, count)
      : `${workText(entry, document)} ${input.path} (${byteSize(input.bytes)} in ${counted(count, 'value')})`;
  const group = `${counted(n, 'node')}, ${f} of which may lie`;
  return `${bold(protocol)}${layering(entry, document)}: ${group}\n${dim(`${what} · seed ${seed}`)}`;
}

function nodesTable({ plan, reports }: RunResult, { red, dim, green }: Colors): string {
  const rows = Array.from({ length: plan.group.n }, (_, node): readonly string[] => {
    const fault = plan.faults.find((candidate) => candidate.node === node);
    if (fault !== undefined) {
      const since = fault.at === undefined ? '' : ` from ${fault.at} ms`;
      return [`node ${node}`, red(fault.behaviour + since), '–', dim('nothing is promised')];
    }
    if (plan.lost?.includes(node) === true)
      return [`node ${node}`, red('lost its log'), '–', dim('nothing is promised')];
    const log = reports.find((report) => report.node === node)?.log;
    return [`node ${node}`, green('correct'), grouped(log?.count ?? 0), log?.sha256.slice(0, 16) ?? '–'];
  });
  return table(
    [['', 'role', 'delivered', 'sha256 of all payloads'].map(dim), ...rows],
    ['left', 'left', 'right', 'left'],
  );
}

function propertiesTable(
  { promises }: ProtocolEntry,
  { judgement }: RunResult,
  { green, red, yellow, dim }: Colors,
): string {
  const judged = promises.filter(({ key }) => judgement.properties[key] !== undefined);
  return table(
    judged.map(({ key, label, meaning }): readonly string[] => {
      const held = judgement.properties[key];
      const violation = judgement.violations.find(({ property }) => property === key);
      const mark = held === true ? green('✓') : held === false ? red('✗') : yellow('?');
      return [mark, label, violation?.detail ?? dim(held === null ? 'not decided' : meaning)];
    }),
  );
}

function accusationLines({ reports }: RunResult, { dim }: Colors): string {
  const all = accusations(reports);
  if (all.length === 0) return dim('no faults were reported');
  const rows = all.map(({ peer, kind, certainty, by, count }): readonly string[] => [
    `node ${peer}`,
    kind,
    certainty,
    `seen by ${by.map((node) => (node === peer ? 'itself' : String(node))).join(', ')}`,
    dim(`${grouped(count)} times`),
  ]);
  return table([['faults', '', '', '', ''].map(dim), ...rows]);
}

function metricLines({ metrics }: RunDocument): string {
  const { seconds, deliveries, deliveriesPerSecond, latencyMs, messages, bytes, rssBytesPerNode } = metrics;
  const rows = [
    ['time', `${digits(seconds)} s`],
    ['deliveries', `${grouped(deliveries)}, ${grouped(deliveriesPerSecond)} a second`],
    ['messages', `${grouped(messages)}, ${byteSize(bytes)} between nodes`],
    ['memory', `${byteSize(rssBytesPerNode)} for each node`],
  ];
  if (latencyMs !== null)
    rows.splice(2, 0, ['latency', `p50 ${digits(latencyMs.p50)} ms, p99 ${digits(latencyMs.p99)} ms`]);
  return table(rows);
}
