import type { Command, CommanderError } from 'commander';
import { QuorateError } from '@quorate/serialization';
import { shown, suggestion } from './suggest.js';

/** What commander found wrong with a command line, as an error of ours. */
export function usageError(error: CommanderError, program: Command, argv: readonly string[]): QuorateError {
  const command = commandOf(program, argv);
  const help = `quorate ${command === program ? '' : `${pathOf(command)} `}--help`;
  switch (error.code) {
    case 'commander.unknownOption': {
      const flag = quoted(error.message);
      const [name = '', value] = flag.split('=', 2);
      if (value !== undefined && flagsOf(command).includes(name))
        return new QuorateError('Q9012', `${name} takes no value`, `write ${name}, or leave it away`);
      const hint = suggestion(name, flagsOf(command), `${help} lists the flags`);
      return new QuorateError('Q9001', `${pathOf(command)} has no flag ${shown(flag)}`, hint);
    }
    case 'commander.unknownCommand': {
      const name = quoted(error.message);
      const hint = suggestion(
        name,
        command.commands.map((known) => known.name()),
        `${help} lists the commands`,
      );
      return new QuorateError('Q9001', `there is no command ${shown(name)}`, hint);
    }
    case 'commander.optionMissingArgument': {
      const flag = quoted(error.message).replace(/^-., /, '').replace(/ .*$/, '');
      return new QuorateError('Q9012', `${flag} needs a value`, `${help} shows which`);
    }
    case 'commander.missingArgument':
      return new QuorateError('Q9012', `${pathOf(command)} needs ${quoted(error.message)}`, `${help} shows how`);
    case 'commander.help':
      return new QuorateError('Q9012', `${pathOf(command)} needs to be told what to do`, `${help} shows what it can`);
    default: {
      const text = error.message.replace(/^error: /, '').split('\n', 1)[0] ?? '';
      return new QuorateError('Q9012', text, `${help} shows how`);
    }
  }
}

const quoted = (message: string): string => /'([^']*)'/.exec(message)?.[1] ?? '';

/** The command that the arguments lead to. */
function commandOf(program: Command, argv: readonly string[]): Command {
  let command = program;
  for (const word of argv) {
    const next = command.commands.find((known) => known.name() === word);
    if (next === undefined) break;
    command = next;
  }
  return command;
}

function pathOf(command: Command): string {
  const above = command.parent;
  return above === null || above.parent === null ? command.name() : `${pathOf(above)} ${command.name()}`;
}

const flagsOf = (command: Command): readonly string[] => [
  ...command.options.flatMap((option) => (option.long === undefined || option.long === null ? [] : [option.long])),
  '--help',
];
