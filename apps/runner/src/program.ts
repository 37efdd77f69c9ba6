/** The command line: which commands there are, which flags they take, and what a wrong one is told. */
import { Command, CommanderError, Option } from 'commander';
import type { Configuration } from './configuration.js';
import { exitStatus, type ExitStatus } from './exit-status.js';
import type { Terminal } from './output/terminal.js';
import type { Surroundings } from './surroundings.js';
import { defaultProtocol, protocolNames, runnableNames } from './protocols/names.js';
import { settingsOf, type Setting } from './settings.js';
import { version } from './version.js';

/** What an action gets to work with. */
interface Context {
  readonly configuration: Configuration;
  readonly terminal: Terminal;
}

/** Runs one command line and answers with the exit status. Never throws: every error has been shown. */
export async function runProgram(argv: readonly string[], surroundings: Surroundings): Promise<ExitStatus> {
  let status: ExitStatus = exitStatus.valid;
  const program = programWith(surroundings, (answer) => {
    status = answer;
  });
  try {
    if (argv.length === 0) program.outputHelp();
    else await program.parseAsync([...argv], { from: 'user' });
    return status;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return exitStatus.valid;
    const [{ reportError }, { usageError }] = await Promise.all([
      import('./output/error.js'),
      import('./command-line-error.js'),
    ]);
    const known = error instanceof CommanderError ? usageError(error, program, argv) : error;
    const view = { json: await wantsJson(argv, surroundings), debug: wantsDebug(argv, surroundings) };
    return reportError(known, view, surroundings);
  }
}

function programWith(surroundings: Surroundings, done: (status: ExitStatus) => void): Command {
  const program = new Command('quorate')
    .description('Runs Byzantine-fault-tolerant protocols on worker threads, with nodes that lie.')
    .version(version(), '-V, --version', 'the version of this command')
    .helpOption('-h, --help', 'this help')
    .helpCommand(false)
    .addHelpText('after', examples)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void surroundings.out.write(text),
      writeErr: () => undefined,
      outputError: () => undefined,
    })
    .showSuggestionAfterError(false);
  const command = (name: string, summary: string, settings: readonly Setting[]): Command => {
    const added = program.command(name).description(summary).helpOption('-h, --help', 'this help');
    for (const setting of settings) added.addOption(optionOf(setting));
    return added;
  };
  const parts: Parts = { command, done, surroundings };
  addRuns(parts);
  addBench(parts);
  addLookups(parts);
  return program;
}

/** What commands are made with. */
interface Parts {
  readonly command: (name: string, summary: string, settings: readonly Setting[]) => Command;
  readonly done: (status: ExitStatus) => void;
  readonly surroundings: Surroundings;
}

function addRuns({ command, done, surroundings }: Parts): void {
  command('run', 'a protocol on real worker threads, in real time', settingsOf.run)
    .argument('[protocol]', runnableNames.join(', '), defaultProtocol)
    .action(async (protocol: string, _: unknown, self: Command) => {
      const { run } = await import('./commands/run.js');
      done(await run(protocol, await contextOf(self, settingsOf.run, surroundings)));
    });
  command('sim', 'the same code under virtual time: one seed, any fault, any schedule', settingsOf.sim)
    .argument('[protocol]', runnableNames.join(', '), defaultProtocol)
    .action(async (protocol: string, _: unknown, self: Command) => {
      const { sim } = await import('./commands/sim.js');
      done(await sim(protocol, await contextOf(self, settingsOf.sim, surroundings)));
    });
  command('vote', 'a leader proposes, everybody votes: run vote, as people know its output', settingsOf.vote).action(
    async (_: unknown, self: Command) => {
      const { vote } = await import('./commands/vote.js');
      done(await vote(await contextOf(self, settingsOf.vote, surroundings)));
    },
  );
  command('replay', 'a trace, or a failure that a campaign has found, again', settingsOf.plain)
    .argument('<file>', 'the file it was written to')
    .option('--verify', 'compare every event with those of the trace: status 1 if one differs')
    .option('--trace <FILE>', 'write every event to a file: a failure becomes a trace')
    .action(async (file: string, _: unknown, self: Command) => {
      const { replay } = await import('./commands/replay.js');
      const { terminal } = await contextOf(self, settingsOf.plain, surroundings);
      const trace: unknown = self.getOptionValue('trace');
      const options = {
        verify: self.getOptionValue('verify') === true,
        trace: typeof trace === 'string' ? trace : undefined,
      };
      done(await replay(file, options, terminal));
    });
  command('trace', 'what a trace was about: numbers, or a picture of it', settingsOf.trace)
    .argument('<file>', 'what sim --trace has written')
    .action(async (file: string, _: unknown, self: Command) => {
      const { trace } = await import('./commands/trace.js');
      done(await trace(file, await contextOf(self, settingsOf.trace, surroundings)));
    });
  command('demo', 'a group with one node that lies, and what comes of it', settingsOf.demo).action(
    async (_: unknown, self: Command) => {
      const { demo } = await import('./commands/demo.js');
      done(await demo(await contextOf(self, settingsOf.demo, surroundings)));
    },
  );
}

function addBench({ command, done, surroundings }: Parts): void {
  command('bench', 'load, latency and cost, beside a baseline from the same run', settingsOf.bench)
    .argument('[subject]', ['serialization', 'transport', 'log', 'sim', ...protocolNames].join(', '), defaultProtocol)
    .action(async (subject: string, _: unknown, self: Command) => {
      const { bench } = await import('./commands/bench.js');
      done(await bench(subject, await contextOf(self, settingsOf.bench, surroundings)));
    });
}

function addLookups({ command, done, surroundings }: Parts): void {
  command('list', 'protocols, combinations of them, broadcasts, faults: one line each', settingsOf.plain)
    .argument('[what]', 'protocols, combinations, broadcasts, faults or errors')
    .action(async (what: string | undefined, _: unknown, self: Command) => {
      const { list } = await import('./commands/list.js');
      done(await list(what, (await contextOf(self, settingsOf.plain, surroundings)).terminal));
    });
  command('explain', 'the long form of an error code', settingsOf.plain)
    .argument('<code>', 'such as Q1003')
    .action(async (code: string, _: unknown, self: Command) => {
      const { explain } = await import('./commands/explain.js');
      done(explain(code, (await contextOf(self, settingsOf.plain, surroundings)).terminal));
    });
  const config = command('config', 'the settings that hold, and who said so', []);
  const show = config.command('show').description('every setting with its value');
  for (const setting of settingsOf.all) show.addOption(optionOf(setting));
  show.option('--origin', 'also where each value came from').action(async (_: unknown, self: Command) => {
    const { showConfiguration } = await import('./commands/config.js');
    const { configuration, terminal } = await contextOf(self, settingsOf.all, surroundings);
    done(showConfiguration(configuration, self.getOptionValue('origin') === true, terminal));
  });
}

async function contextOf(command: Command, settings: readonly Setting[], surroundings: Surroundings): Promise<Context> {
  const [{ configure }, { terminalOf }] = await Promise.all([
    import('./configuration.js'),
    import('./output/terminal.js'),
  ]);
  const configuration = await configure(settings, {
    flags: flagsOf(command, settings),
    environment: surroundings.environment,
  });
  return { configuration, terminal: terminalOf(configuration, surroundings) };
}

/** The flags that were really given, by the names of their settings. */
function flagsOf(command: Command, settings: readonly Setting[]): Readonly<Record<string, unknown>> {
  const given = settings.flatMap((setting): [string, unknown][] => {
    const attribute = optionOf(setting).attributeName();
    const value: unknown = command.getOptionValue(attribute);
    return command.getOptionValueSource(attribute) === 'cli' ? [[setting.name, value]] : [];
  });
  return Object.fromEntries(given);
}

function optionOf(setting: Setting): Option {
  const short = setting.short === undefined ? '' : `-${setting.short}, `;
  const long = setting.name === 'color' ? '--no-color' : `--${setting.name}`;
  const value = setting.placeholder === undefined ? '' : ` <${setting.placeholder}>`;
  const option = new Option(`${short}${long}${value}`, `${setting.meaning}${defaultOf(setting)}`);
  if (setting.kind.kind === 'texts') {
    option.argParser((text: string, before: readonly string[] | undefined) => [...(before ?? []), text]);
  }
  return option;
}

function defaultOf({ fallback }: Setting): string {
  if (typeof fallback === 'boolean' || Array.isArray(fallback)) return '';
  return ` (default: ${typeof fallback === 'object' && 'words' in fallback ? fallback.words : String(fallback)})`;
}

/** Whether errors are documents, too: said by a flag, else by the environment, else by the configuration file, whatever else is wrong there. */
async function wantsJson(argv: readonly string[], { environment }: Surroundings): Promise<boolean> {
  if (argv.includes('--json')) return true;
  const word = environment['QUORATE_JSON'] ?? '';
  if (word !== '') return ['true', '1', 'yes'].includes(word);
  const path = wordOf(argv, '--config') ?? environment['QUORATE_CONFIG'] ?? '';
  if (path === '') return false;
  const { fileAsksForJson } = await import('./configuration-file.js');
  return fileAsksForJson(path);
}

const wantsDebug = (argv: readonly string[], { environment }: Surroundings): boolean =>
  (wordOf(argv, '--log-level') ?? environment['QUORATE_LOG_LEVEL']) === 'debug';

/** The word behind a flag, on a command line that may be wrong elsewhere. */
function wordOf(argv: readonly string[], flag: string): string | undefined {
  const at = argv.lastIndexOf(flag);
  return at >= 0 ? argv[at + 1] : argv.find((arg) => arg.startsWith(`${flag}=`))?.slice(flag.length + 1);
}

const examples = `
Examples:
  quorate run bracha --nodes 7 --faulty 2 --fault 5:equivocate --fault 6:silent --count 1000
  quorate run bracha --broadcast best-effort --fault 3:equivocate
  quorate run bracha --input FILE --chunk 65536 --sender 0
  quorate sim bracha --nodes 4..10 --seeds 0..10000
  quorate sim bracha --seed 7 --trace run.ndjson && quorate replay run.ndjson --verify
  quorate trace run.ndjson --to mermaid
  quorate bench bracha --nodes 4 --payload 64 --gate 'ops>=200000'

Exit status:
  0 valid   1 safety violated   2 undecided   3 liveness violated   4 a gate was missed
  64 wrong usage   70 internal error   130 interrupted
`;
