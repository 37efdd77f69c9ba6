import { runProgram } from '../src/program.js';

/** What one command line printed, and its exit status. */
export interface Captured {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

/** Runs the real command within this process; only where it writes to is ours. */
export async function quorate(
  argv: readonly string[],
  environment: Record<string, string> = {},
  terminal = false,
): Promise<Captured> {
  let out = '';
  let err = '';
  const status = await runProgram(argv, {
    out: {
      write: (text) => {
        out += text;
      },
      isTTY: terminal,
    },
    err: {
      write: (text) => {
        err += text;
      },
    },
    environment,
  });
  return { status, out, err };
}

/** The same, from a line with spaces between the words. */
export const line = (text: string): Promise<Captured> => quorate(text.split(' ').filter((word) => word !== ''));
