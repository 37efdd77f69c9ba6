/** Each `*.txt` beside this file is one situation. `UPDATE=1 npx vitest run …/files.test.ts` writes what really came of it into the file. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { broadcastProperties, ReliableBroadcast } from '@quorate/reliable-broadcast';
import { runScenario } from '@quorate/simulation';

const folder = new URL('./', import.meta.url);
const files = readdirSync(folder).filter((name) => name.endsWith('.txt'));

describe('scenario files', () => {
  it.each(files.map((name) => [titleOf(name), name]))('%s', (_, name) => {
    const path = new URL(name, folder);
    const text = readFileSync(path, 'utf8');
    const actual = runScenario(text, {
      honest: (node) => new ReliableBroadcast(node),
      checkers: [broadcastProperties],
    });
    if (process.env['UPDATE'] !== undefined) writeFileSync(path, actual);
    else expect(actual).toBe(text);
  });
});

/** The first line of a file says what it is about. */
function titleOf(name: string): string {
  return readFileSync(new URL(name, folder), 'utf8').split('\n', 1)[0]?.replace(/^# /, '') ?? name;
}
