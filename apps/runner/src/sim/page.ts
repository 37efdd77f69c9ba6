/** A simulated run for people. */
import { properties as labels } from '@quorate/reliable-broadcast';
import { byteSize, counted, digits, grouped } from '../output/quantity.js';
import { indented, table } from '../output/table.js';
import type { Colors } from '../output/terminal.js';
import type { SimulationDocument } from './document.js';
import { judged, type JudgedProperty } from './judgement.js';

/** What a promise means, in a few words. */
const meanings: Readonly<Record<JudgedProperty, string>> = {
  validity: 'what a correct node sends, every correct node gets',
  noDuplication: 'nothing is delivered twice',
  integrity: 'what is delivered of a correct node, that node sent',
  agreement: 'no two correct nodes deliver different payloads',
  totality: 'what one correct node delivers, all do',
  oneVoteValue: 'no two correct nodes vote for different payloads',
  onceOnly: 'no correct node echoes or votes twice',
};

/** The page of a run or a campaign; `title` says what was run, and of a campaign, which run the rest is about. */
export function simulationPage(title: string, document: SimulationDocument, colors: Colors): string {
  const { schedules } = document.metrics;
  const blocks = [
    headOf(title, document, colors),
    ...(schedules === undefined ? [indented(nodesTable(document, colors))] : []),
    indented(propertiesTable(document, colors)),
    ...(schedules === undefined || document.verdict === 'violated'
      ? [indented(accusationLines(document, colors))]
      : []),
    indented(metricLines(document)),
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

function headOf(title: string, document: SimulationDocument, { bold, dim }: Colors): string {
  const { n, f, faults, seed, protocol, broadcast, metrics, verdict, count, senders } = document;
  const over = broadcast === protocol ? '' : ` with ${broadcast} in its place`;
  const group = `${counted(n, 'node')}, ${f} of which may lie`;
  const who = senders.length === n ? 'each node' : `node ${senders.join(', ')}`;
  const work = `${who} broadcasts ${counted(count, 'value')} · seed ${seed}`;
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

function propertiesTable({ properties, violations }: SimulationDocument, { green, red, yellow, dim }: Colors): string {
  return table(
    judged.map((property): readonly string[] => {
      const held = properties[property];
      const label = labels[property] ?? property;
      const violation = violations.find((candidate) => candidate.property === property);
      const mark = held === true ? green('✓') : held === false ? red('✗') : yellow('?');
      return [mark, label, violation?.detail ?? dim(held === null ? 'not decided' : meanings[property])];
    }),
  );
}

function accusationLines({ suspicions }: SimulationDocument, { dim }: Colors): string {
  if (suspicions.length === 0) return dim('no faults were reported');
  return table(suspicions.map(({ peer, kind, by }) => [`node ${peer}`, kind, dim(`seen by ${by.join(', ')}`)]));
}

function metricLines({ metrics, ticks, events, traceDigest, exercised }: SimulationDocument): string {
  const { schedules, schedulesPerSecond = 0, seconds, messages, bytes } = metrics;
  if (schedules === undefined) {
    return table([
      ['virtual time', `${grouped(ticks)} ticks`],
      ['messages', bytes === null ? grouped(messages) : `${grouped(messages)}, ${byteSize(bytes)} between nodes`],
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
