/** The command as a process of its own: exit statuses, signals, pipes. */
import { spawn, type ChildProcess } from 'node:child_process';
import { open } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { errorDocument, parsed, runDocument } from './schemas.js';

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));
/** The child runs the sources too. */
const flags = [
  '--conditions=@quorate/source',
  `--import=${new URL('../../../tools/source.mjs', import.meta.url).href}`,
];

const start = (...argv: string[]): ChildProcess =>
  spawn(process.execPath, [...flags, main, ...argv], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });

const closed = (child: ChildProcess): Promise<number | null> =>
  new Promise((resolve) => {
    child.once('close', resolve);
  });

async function ended(child: ChildProcess): Promise<{ status: number | null; out: string; err: string }> {
  if (child.stdout === null || child.stderr === null) throw new Error('the streams are pipes');
  const [out, err, status] = await Promise.all([text(child.stdout), text(child.stderr), closed(child)]);
  return { status, out, err };
}

describe('the process', () => {
  it.each([
    [0, ['run', '--seed', '1']],
    [1, ['run', '--fault', '3:equivocate', '--broadcast', 'best-effort', '--seed', '1']],
    [3, ['run', '--fault', '2:silent', '--fault', '3:silent', '--allow-unsafe', '--seed', '1']],
    [64, ['run', '--nodes', '3', '--faulty', '1']],
  ] as const)('ends with status %i: quorate %j', async (status, argv) => {
    const result = await ended(start(...argv, '--json'));
    expect(result.status).toBe(status);
    if (status === 64) parsed(errorDocument, result.out);
    else parsed(runDocument, result.out);
  });

  it('prints what was done so far when it is interrupted, status 130', async () => {
    const child = start('run', '--count', '10000000', '--json', '--log-level', 'info');
    child.stderr?.once('data', () => child.kill('SIGINT'));
    const { status, out } = await ended(child);
    const document = parsed(runDocument, out);
    expect(document).toMatchObject({ ending: 'interrupted', verdict: 'undecided' });
    expect(status).toBe(130);
  });

  it('has judged a run of many rounds soon after it was interrupted: those that nobody came to cost nothing', async () => {
    for (const work of ['witness --rounds 100000000', 'approximate --count 100000000']) {
      const child = start('run', ...work.split(' '), '--json', '--log-level', 'info');
      child.stderr?.once('data', () => child.kill('SIGINT'));
      const { status, out } = await ended(child);
      expect({ status, ending: parsed(runDocument, out).ending }).toEqual({ status: 130, ending: 'interrupted' });
    }
  });

  it.runIf(process.platform === 'linux')(
    'says that its result cannot be written, and does not mind when its logs cannot',
    async () => {
      const full = await open('/dev/full', 'w');
      const command = [...flags, main, 'run', '--nodes', '0'];
      const out = spawn(process.execPath, [...flags, main, 'list'], { stdio: ['ignore', full.fd, 'pipe'] });
      const err = spawn(process.execPath, command, { stdio: ['ignore', 'pipe', full.fd] });
      if (out.stderr === null) throw new Error('the stream is a pipe');
      const [told, status, other] = await Promise.all([text(out.stderr), closed(out), closed(err)]);
      await full.close();
      expect(told).toMatch(
        /^error Q9043: standard output cannot be written \(no space left on device\)\n {2}make room/,
      );
      expect([status, other]).toEqual([64, 64]);
    },
  );

  it('does not mind a reader that leaves', async () => {
    const child = start('list', 'errors');
    child.stdout?.destroy();
    expect(await closed(child)).toBe(0);
  });
});
