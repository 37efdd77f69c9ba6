import { QuorateError } from '@quorate/serialization';

/** Codes of storages. */
const isOfStorage = ({ code }: QuorateError): boolean => /^Q304\d$/.test(code);

/** What a node's storage failed with, for whoever named the directory; undefined where it was something else. */
export function logFailure(node: number, error: unknown): QuorateError | undefined {
  if (!(error instanceof QuorateError) || !isOfStorage(error)) return undefined;
  const what = `the log of node ${node} cannot be used (${error.code}): ${error.message}`;
  return new QuorateError('Q9042', what, error.hint, { cause: error });
}
