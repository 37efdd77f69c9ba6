/** A simulated run for people. */
import { properties as labels } from '@quorate/reliable-broadcast';
import { counted, digits, grouped } from '../output/quantity.js';
import { indented, table } from '../output/table.js';
import type { Colors } from '../output/terminal.js';
import type { SimulationDocument } from './document.js';
import { judged } from './judgement.js';

/** The page of a run or a campaign; `title` says what was run. */
export function simulationPage(title: string, document: SimulationDocument, colors: Colors): string {
  const { schedules } = document.metrics;
  const blocks = [
    headOf(title, document, colors),
    ...(schedules === undefined ? [indented(nodesTable(document, colors))] : []),
    indented(propertiesTable(document, colors)),
    indented(accusationLines(document, colors)),
    indented(metricLines(document)),
    `${simulationVerdict(document, colors)}\n${colors.dim(`replay: ${document.replay}`)}`,
  ];
  return blocks.filter((block) => block !== '').join('\n\n');
}

/** The verdict in one line. */
export function simulationVerdict({ verdict, violations, interrupted }: SimulationDocument, colors: Colors): string {
  const note = interrupted === true ? ' (interrupted: this is what was covered so far)' : '';
  if (verdict === 'valid') return `verdict: ${colors.green('valid')}${note}`;
  const kind = violations.some((violation) => violation.kind === 'safety') ? 'safety' : 'liveness';
  return `verdict: ${colors.red(`${kind} violated`)}${note}`;
}

function headOf(title: string, { n, f, faults, seed }: SimulationDocument, { bold, dim }: Colors): string {
  const liars = faults.length === 0 ? 'all correct' : faults.join(', ');
  return `${bold(title)}\n${dim(`${counted(n, 'node')}, ${f} of which may lie · ${liars} · seed ${seed}`)}`;
}

function nodesTable({ outputs, n }: SimulationDocument, { dim, green, red }: Colors): string {
  const rows = Array.from({ length: n }, (_, node): readonly string[] => {
    const output = outputs[String(node)];
    if (output === undefined) return [`node ${node}`, red('faulty'), '–', dim('nothing is promised')];
    return [`node ${node}`, green('correct'), grouped(output.count), output.sha256.slice(0, 16)];
  });
  const head = ['', 'role', 'delivered', 'sha256 of all payloads'].map(dim);
  return table([head, ...rows], ['left', 'left', 'right', 'left']);
}

function propertiesTable({ properties, violations }: SimulationDocument, { green, red, yellow, dim }: Colors): string {
  return table(
    judged.map((property): readonly string[] => {
      const held = properties[property];
      const label = labels[property] ?? property;
      const violation = violations.find((candidate) => candidate.property === label);
      const mark = held === true ? green('✓') : held === false ? red('✗') : yellow('?');
      return [mark, label, violation?.detail ?? dim(held === null ? 'not decided' : '')];
    }),
  );
}

function accusationLines({ suspicions }: SimulationDocument, { dim }: Colors): string {
  if (suspicions.length === 0) return dim('no faults were reported');
  return table(suspicions.map(({ peer, kind, by }) => [`node ${peer}`, kind, dim(`seen by ${by.join(', ')}`)]));
}

function metricLines({ metrics, ticks, events, traceDigest, exercised }: SimulationDocument): string {
  const { schedules, schedulesPerSecond = 0, seconds, messages } = metrics;
  if (schedules === undefined) {
    return table([
      ['virtual time', `${grouped(ticks)} ticks`],
      ['messages', grouped(messages)],
      ['trace', `${traceDigest.slice(0, 16)} over ${counted(events, 'event')}`],
    ]);
  }
  const covered = Object.entries(exercised ?? {}).map(([name, count]) => ['', name, grouped(count)]);
  return table(
    [
      ['runs', `${grouped(schedules)} in ${digits(seconds)} s, ${grouped(schedulesPerSecond)} a second`, ''],
      ['messages', `${grouped(messages)}, ${grouped(messages / seconds)} a second`, ''],
      ['exercised', '', 'runs'],
      ...covered,
    ],
    ['left', 'left', 'right'],
  );
}
