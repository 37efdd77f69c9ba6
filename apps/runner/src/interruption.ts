/** Ctrl-C: the first one ends the work in good order, so that what was done is still printed; the second one ends the process. */
const signals = ['SIGINT', 'SIGTERM'] as const;

/** Runs `work` with a signal that is aborted when somebody interrupts the process. */
export async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const release = (): void => {
    for (const signal of signals) process.off(signal, interrupt);
  };
  const interrupt = (): void => {
    controller.abort();
    // The next one is the system's: it ends the process also while a long judgement lets no event in.
    release();
  };
  for (const signal of signals) process.on(signal, interrupt);
  try {
    return await work(controller.signal);
  } finally {
    release();
  }
}

/** The outcome of the work, or, as soon as somebody interrupts, a rejection with the signal's reason; the work is then left to itself. */
export async function unlessAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  const done = new AbortController();
  const aborted = new Promise<never>((_, reject) => {
    const stop = (): void => reject(signal.reason instanceof Error ? signal.reason : new Error(String(signal.reason)));
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { signal: done.signal });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    done.abort();
  }
}
