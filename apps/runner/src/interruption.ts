/** Ctrl-C: the first one ends the work in good order, so that what was done is still printed; the second one ends the process. */
import { exitStatus } from './exit-status.js';

const signals = ['SIGINT', 'SIGTERM'] as const;

/** Runs `work` with a signal that is aborted when somebody interrupts the process. */
export async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const interrupt = (): void => {
    if (controller.signal.aborted) process.exit(exitStatus.interrupted);
    controller.abort();
  };
  for (const signal of signals) process.on(signal, interrupt);
  try {
    return await work(controller.signal);
  } finally {
    for (const signal of signals) process.off(signal, interrupt);
  }
}
