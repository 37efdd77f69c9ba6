import { QuorateError } from '@quorate/serialization';
import { reasonOf } from '../reason.js';
import { shown } from '../suggest.js';

/** Codes of storages. */
const isOfStorage = ({ code }: QuorateError): boolean => /^Q304\d$/.test(code);

/** What a node's storage failed with, for whoever named the directory; undefined where it was something else. */
export function logFailure(node: number, error: unknown): QuorateError | undefined {
  if (!(error instanceof QuorateError) || !isOfStorage(error)) return undefined;
  const what = `the log of node ${node} cannot be used (${error.code}): ${error.message}`;
  return new QuorateError('Q9042', what, error.hint, { cause: error });
}

/** Does something in a directory of logs. Throws Q9042 where the system, or another run, does not let it. */
export async function onDisk<T>(directory: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const inUse = error instanceof QuorateError && error.code === 'Q3046';
    const reason = inUse ? `(Q3046): ${error.message}` : `(${reasonOf(causeOf(error))})`;
    const hint = inUse
      ? `${error.hint}, or name another directory`
      : 'name a directory that can be written, on a disk with room';
    throw new QuorateError('Q9042', `${shown(directory)} cannot be used ${reason}`, hint, { cause: error });
  }
}

/** What the system said, where a storage has put a code to it. */
const causeOf = (error: unknown): unknown => (error instanceof QuorateError ? (error.cause ?? error) : error);
