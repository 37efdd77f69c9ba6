import { spawn } from 'node:child_process';
import { env } from 'node:process';

export interface CommandOptions {
  /** The folder that the command runs in. */
  readonly in: string;
  /** Its whole environment; this process's own by default. */
  readonly env?: NodeJS.ProcessEnv;
  /** The exit status that is right. Default 0. */
  readonly status?: number;
}

/** No command of the check takes longer, in milliseconds; one that hangs is killed. */
const patience = 300_000;

/** Runs a command and answers what it wrote to standard output. Rejects, with all that it wrote, on another exit status. */
export async function run(command: string, args: readonly string[], options: CommandOptions): Promise<string> {
  const child = spawn(command, args, {
    cwd: options.in,
    env: options.env ?? env,
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: patience,
    killSignal: 'SIGKILL',
  });
  const out: string[] = [];
  const all: string[] = [];
  child.stdout.setEncoding('utf8').on('data', (text: string) => void (out.push(text), all.push(text)));
  child.stderr.setEncoding('utf8').on('data', (text: string) => void all.push(text));
  const status = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (status !== (options.status ?? 0)) {
    throw new Error(`${[command, ...args].join(' ')} ended with status ${status}\n${all.join('')}`);
  }
  return out.join('');
}

/** Does one part of the check, and says what it was and how long it took. */
export async function part<T>(title: string, work: () => Promise<T>): Promise<T> {
  const start = performance.now();
  try {
    const result = await work();
    console.log(`✓ ${title} (${((performance.now() - start) / 1000).toFixed(1)} s)`);
    return result;
  } catch (error) {
    console.error(`✗ ${title}`);
    throw error;
  }
}
