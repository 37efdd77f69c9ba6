/** Why something failed, in one line for people. */
export function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  const line = text.split('\n', 1)[0] ?? '';
  // Node's own messages name the system call and the path again: `ENOENT: no such file or directory, open 'x'`.
  return /^[A-Z][A-Z\d]+: (.*?)(?:, [a-z]+(?: '.*')?)?$/.exec(line)?.[1] ?? line;
}
