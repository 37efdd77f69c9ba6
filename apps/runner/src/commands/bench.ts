import { randomInt } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { benchLine, judged, metricsOf, propertiesOf, verdictOf, type BenchDocument } from '../bench/document.js';
import { benchPage } from '../bench/page.js';
import { subjectNamed } from '../bench/subjects.js';
import type { Subject, SubjectFigures, SubjectOptions } from '../bench/subject.js';
import { QuorateError } from '@quorate/serialization';
import { checkBehaviours } from '../catalogue/applicability.js';
import type { Configuration } from '../configuration.js';
import { exitStatus, type ExitStatus } from '../exit-status.js';
import { parseGate, type Gate } from '../gate.js';
import { interruptible } from '../interruption.js';
import { digits, grouped } from '../output/quantity.js';
import type { Terminal } from '../output/terminal.js';
import { faultText } from '../run/result.js';
import { protocolNamed } from '../protocols/registry.js';
import { defaultProtocol } from '../protocols/names.js';
import { faultsOf } from './plan.js';
import { groupOf, payloadOf, stackOf } from './stack.js';

/** `quorate bench [subject]`. Throws Q1001–Q1003, Q9002–Q9015. */
export async function bench(
  name: string,
  { configuration, terminal }: { configuration: Configuration; terminal: Terminal },
): Promise<ExitStatus> {
  const subject = await subjectNamed(name);
  const gates = configuration.texts('gate').map(parseGate);
  const options = await optionsOf(subject, configuration);
  const wanted = configuration.number('runs');
  let interrupted = false;
  const figures = await interruptible(async (signal) => {
    const done = await measured(subject, { ...options, signal }, wanted, terminal);
    interrupted = signal.aborted;
    return done;
  });
  if (figures.length === 0) {
    terminal.log('warn', 'interrupted before the first run was finished: nothing was measured');
    // Whoever reads a document gets one, with zero runs in it.
    if (terminal.json) terminal.printDocument(documentOf(subject, { ...options, signal: AbortSignal.abort() }, [], []));
    return exitStatus.interrupted;
  }
  const document = documentOf(subject, { ...options, signal: AbortSignal.abort() }, figures, gates);
  show(document, subject, terminal);
  return interrupted ? exitStatus.interrupted : statusOf(document);
}

type Options = Omit<SubjectOptions, 'signal'>;

async function optionsOf(subject: Subject, configuration: Configuration): Promise<Options> {
  // What is no protocol is measured in groups as those of the default one.
  const entry = subject.protocol ?? (await protocolNamed(defaultProtocol));
  const stack = stackOf(entry, configuration, subject.name);
  if (subject.protocol === undefined && configuration.origin('broadcast').kind === 'flag')
    throw new QuorateError('Q9010', `${subject.name} has no broadcast layer`, 'leave --broadcast away');
  const group = groupOf(entry, stack, configuration);
  const faults = faultsOf(configuration.texts('fault'), group, configuration.switch('allow-unsafe'));
  if (faults.length > 0 && subject.protocol === undefined) {
    throw new QuorateError('Q9010', `${subject.name} is measured without faulty nodes`, 'leave --fault away');
  }
  const behaviours = faults.map(({ behaviour }) => behaviour);
  await checkBehaviours(behaviours, entry, stack);
  return {
    group,
    faults,
    broadcast: stack.broadcast,
    protocolOptions: stack.options,
    payload: payloadOf(entry, stack, configuration),
    seconds: configuration.number('seconds'),
    seed: configuration.optionalNumber('seed') ?? randomInt(2 ** 32),
  };
}

/** The figures of each run; of those that were finished, when somebody interrupts. */
async function measured(
  subject: Subject,
  options: SubjectOptions,
  runs: number,
  terminal: Terminal,
): Promise<readonly SubjectFigures[]> {
  const figures: SubjectFigures[] = [];
  while (figures.length < runs && !options.signal.aborted) {
    try {
      const one = await subject.measure(options);
      figures.push(one);
      terminal.progress(`run ${figures.length} of ${runs}: ${grouped(one.opsPerSecond)} a second`);
    } catch (error) {
      if (!options.signal.aborted) throw error;
    }
  }
  return figures;
}

function documentOf(
  subject: Subject,
  options: SubjectOptions,
  figures: readonly SubjectFigures[],
  gates: readonly Gate[],
): BenchDocument {
  const { group, payload, seconds, seed } = options;
  const faults = options.faults.map(faultText);
  const metrics = metricsOf(figures);
  return {
    schema: 'quorate.bench/1',
    protocol: subject.name,
    n: group.n,
    f: group.f,
    payload,
    seconds,
    runs: figures.length,
    seed,
    faults,
    operation: subject.operation,
    verdict: figures.length === 0 ? 'undecided' : verdictOf(figures),
    properties: propertiesOf(figures),
    metrics,
    gates: judged(gates, metrics),
    machine: { node: process.versions.node, cores: availableParallelism() },
    replay: benchLine(subject, options, Math.max(1, figures.length), faults),
  };
}

function show(document: BenchDocument, subject: Subject, terminal: Terminal): void {
  const { opsPerSecond, baseline } = document.metrics;
  if (terminal.json) terminal.printDocument(document);
  else if (terminal.quiet)
    terminal.print(`${grouped(opsPerSecond)} a second, ${digits(baseline.ratio)} × ${baseline.name}`);
  else terminal.print(benchPage(document, subject, terminal.colors));
}

function statusOf({ verdict, gates }: BenchDocument): ExitStatus {
  if (verdict === 'violated') return exitStatus.safetyViolated;
  if (verdict === 'undecided') return exitStatus.undecided;
  return gates.every(({ passed }) => passed) ? exitStatus.valid : exitStatus.gateMissed;
}
