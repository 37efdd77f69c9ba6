/** A simulated run for people. */
import { byteSize, counted, digits, grouped } from '../output/quantity.js';
import { indented, table } from '../output/table.js';
import type { Colors } from '../output/terminal.js';
import { layering, workText } from '../protocols/headline.js';
import type { ProtocolEntry } from '../protocols/protocol.js';
import type { SimulationDocument } from './document.js';

/** The page of a run or a campaign; `title` says what was run, and of a campaign, which run the rest is about. */
export function simulationPage(
  entry: ProtocolEntry,
  title: string,
  document: SimulationDocument,
  colors: Colors,
): string {
  const { schedules } = document.metrics;
  const blocks = [
    headOf(entry, title, document, colors),
    ...(schedules === undefined ? [indented(nodesTable(document, colors))] : []),
    indented(propertiesTable(entry, document, colors)),
    ...(schedules === undefined || document.verdict === 'violated'
      ? [indented(accusationLines(document, colors))]
      : []),
    indented(metricLines(document, colors)),
    `${simulationVerdict(document, colors)}\n${colors.dim(`replay: ${document.replay}`)}`,
  ];
  return blocks.filter((block) => block !== '').join('\n\n');
}

/** The verdict in one line. */
export function simulationVerdict({ verdict, violations, interrupted }: SimulationDocument, colors: Colors): string {
  const note = interrupted === true ? ' (interrupted: this is what was covered so far)' : '';
  if (verdict === 'valid') return `verdict: ${colors.green('valid')}${note}`;
  if (verdict === 'undecided') return `verdict: ${colors.yellow('undecided')}${note}`;
  const kind = violations.some((violation) => violation.kind === 'safety') ? 'safety' : 'liveness';
  return `verdict: ${colors.red(`${kind} violated`)}${note}`;
}

function headOf(entry: ProtocolEntry, title: string, document: SimulationDocument, { bold, dim }: Colors): string {
  const { n, f, faults, seed, metrics, verdict, count } = document;
  const over = layering(entry, document);
  const group = `${counted(n, 'node')}, ${f} of which may lie`;
  const work = `${workText(entry, document, count)} · seed ${seed}`;
  if (metrics.schedules === undefined) return `${bold(title)}${over}: ${group}\n${dim(work)}`;
  if (verdict !== 'violated') return `${bold(title)}${over}`;
  return `${bold(title)}${over}\n${dim(`found, and made small: ${group}: ${faults.join(', ') || 'all correct'} · ${work}`)}`;
}

function nodesTable({ outputs, n, faults }: SimulationDocument, { dim, green, red }: Colors): string {
  const rows = Array.from({ length: n }, (_, node): readonly string[] => {
    const output = outputs[String(node)];
    if (output === undefined) {
      const lie = faults.find((fault) => fault.startsWith(`${node}:`))?.slice(`${node}:`.length) ?? 'faulty';
      return [`node ${node}`, red(lie), '–', dim('nothing is promised')];
    }
    return [`node ${node}`, green('correct'), grouped(output.count), output.sha256.slice(0, 16)];
  });
  const head = ['', 'role', 'delivered', 'sha256 of all payloads'].map(dim);
  return table([head, ...rows], ['left', 'left', 'right', 'left']);
}

function propertiesTable(
  { promises }: ProtocolEntry,
  { properties, violations }: SimulationDocument,
  { green, red, yellow, dim }: Colors,
): string {
  return table(
    promises.map(({ key, label, meaning }): readonly string[] => {
      const held = properties[key] ?? null;
      const violation = violations.find(({ property }) => property === key);
      const mark = held === true ? green('✓') : held === false ? red('✗') : yellow('?');
      return [mark, label, violation?.detail ?? dim(held === null ? 'not decided' : meaning)];
    }),
  );
}

function accusationLines({ suspicions }: SimulationDocument, { dim }: Colors): string {
  if (suspicions.length === 0) return dim('no faults were reported');
  return table(suspicions.map(({ peer, kind, by }) => [`node ${peer}`, kind, dim(`seen by ${by.join(', ')}`)]));
}

function metricLines({ metrics, ticks, events, traceDigest, exercised }: SimulationDocument, colors: Colors): string {
  const { schedules, schedulesPerSecond = 0, seconds, messages, bytes } = metrics;
  if (schedules === undefined) {
    return table([
      ['virtual time', `${grouped(ticks)} ticks`],
      ['messages', bytes === null ? grouped(messages) : `${grouped(messages)}, ${byteSize(bytes)} between nodes`],
      ['trace', `${traceDigest.slice(0, 16)} over ${counted(events, 'event')}`],
    ]);
  }
  const covered = Object.entries(exercised ?? {}).map(([name, count]) => [
    '',
    name,
    count === 0 ? colors.yellow('never') : grouped(count),
  ]);
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
