/** A run for people: who delivered what, which promises held, who accused whom. */
import { properties as broadcastLabels } from '@quorate/reliable-broadcast';
import { byteSize, counted, digits, grouped } from '../output/quantity.js';
import { indented, table } from '../output/table.js';
import type { Colors } from '../output/terminal.js';
import { promisesOf, type PropertyName } from '../verdict.js';
import type { RunDocument } from './document.js';
import { accusations, type RunResult } from './result.js';

/** What a promise means, in a few words. */
const meanings: Readonly<Record<PropertyName, string>> = {
  validity: 'what a correct node sends, every correct node gets',
  noDuplication: 'nothing is delivered twice',
  integrity: 'what is delivered of a correct node, that node sent',
  order: 'in the order in which it was sent',
  agreement: 'no two correct nodes deliver different payloads',
  totality: 'what one correct node delivers, all do',
};

const basicLabels: Readonly<Record<string, string>> = {
  validity: 'validity',
  noDuplication: 'no duplication',
  integrity: 'integrity',
  order: 'order',
};

/** The page of a run. */
export function runPage(result: RunResult, document: RunDocument, colors: Colors): string {
  const blocks = [
    headOf(document, colors),
    indented(nodesTable(result, colors)),
    indented(propertiesTable(result, colors)),
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
      return `verdict: ${colors.yellow('undecided')}${interrupted || ' (time ran out while something was still on its way)'}`;
    case 'violated': {
      const kind = violations.some((violation) => violation.kind === 'safety') ? 'safety' : 'liveness';
      return `verdict: ${colors.red(`${kind} violated`)}${interrupted}`;
    }
  }
}

function headOf(document: RunDocument, { bold, dim }: Colors): string {
  const { protocol, broadcast, n, f, seed, senders, count, input } = document;
  const over = broadcast === undefined || broadcast === protocol ? '' : ` with ${broadcast} in its place`;
  const who = senders.length === n ? 'each node' : `node ${senders.join(', ')}`;
  const what =
    input === undefined
      ? counted(count, 'value')
      : `${input.path} (${byteSize(input.bytes)} in ${counted(count, 'value')})`;
  return `${bold(protocol)}${over}: ${counted(n, 'node')}, ${f} of which may lie\n${dim(`${who} broadcasts ${what} · seed ${seed}`)}`;
}

function nodesTable({ plan, reports }: RunResult, { red, dim, green }: Colors): string {
  const rows = Array.from({ length: plan.group.n }, (_, node): readonly string[] => {
    const fault = plan.faults.find((candidate) => candidate.node === node);
    if (fault !== undefined) {
      const since = fault.at === undefined ? '' : ` from ${fault.at} ms`;
      return [`node ${node}`, red(fault.behaviour + since), '–', dim('nothing is promised')];
    }
    const log = reports.find((report) => report.node === node)?.log;
    return [`node ${node}`, green('correct'), grouped(log?.count ?? 0), log?.sha256.slice(0, 16) ?? '–'];
  });
  return table(
    [['', 'role', 'delivered', 'sha256 of all payloads'].map(dim), ...rows],
    ['left', 'left', 'right', 'left'],
  );
}

function propertiesTable({ plan, judgement }: RunResult, { green, red, yellow, dim }: Colors): string {
  const labels = plan.protocol === 'basic' ? basicLabels : broadcastLabels;
  const rows = promisesOf[plan.protocol].map((property): readonly string[] => {
    const held = judgement.properties[property];
    const violation = judgement.violations.find((candidate) => candidate.property === property);
    const mark = held === true ? green('✓') : held === false ? red('✗') : yellow('?');
    const text = violation === undefined ? dim(held === null ? 'not decided' : meanings[property]) : violation.detail;
    return [mark, labels[property] ?? property, text];
  });
  return table(rows);
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
