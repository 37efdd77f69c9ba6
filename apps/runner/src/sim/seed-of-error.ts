import { QuorateError } from '@quorate/serialization';

/** What `run` answers; what it throws names the seed, so that whoever reads it can run that one again. */
export function ofSeed<T>(seed: number, run: () => T): T {
  try {
    return run();
  } catch (error) {
    throw atSeed(seed, error);
  }
}

/** The error, with the seed. One that has no code is a mistake of a protocol, or of ours: Q9000. */
export function atSeed(seed: number, error: unknown): QuorateError {
  const known =
    error instanceof QuorateError
      ? error
      : new QuorateError('Q9000', String(error), 'run that seed with --log-level debug to see where');
  return new QuorateError(known.code, `${known.message} (seed ${seed})`, known.hint, { cause: error });
}
