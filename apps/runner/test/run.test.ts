import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Values } from '../src/run/values.js';
import { line, quorate } from './captured.js';
import { parsed, runDocument } from './schemas.js';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'quorate-run-'));
});
afterAll(() => rm(directory, { recursive: true }));

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Runs a line with --json on real worker threads. */
async function run(text: string) {
  const { status, out, err } = await line(`${text.replaceAll('DIR', directory)} --json`);
  return { status, err, document: parsed(runDocument, out) };
}

/** What every correct node delivers when nobody lies, joined by sender, then sequence. */
function expected(nodes: number, count: number, payload: number, seed: number): string {
  const values = new Values({ kind: 'random', count, payload }, seed);
  const pieces: Uint8Array[] = [];
  for (let sender = 0; sender < nodes; sender++) {
    for (let sequence = 0; sequence < count; sequence++) pieces.push(Uint8Array.from(values.at(sender, sequence)));
  }
  return sha256(Buffer.concat(pieces));
}

describe('run bracha on worker threads', () => {
  it('delivers everything everywhere, at the cost of the formula: n + 2n² messages for each broadcast', async () => {
    const { status, document } = await run('run --nodes 4 --count 20 --payload 100 --seed 11');
    expect(status).toBe(0);
    expect(document).toMatchObject({ protocol: 'bracha', n: 4, f: 1, seed: 11, verdict: 'valid', ending: 'quiet' });
    const output = { count: 80, sha256: expected(4, 20, 100, 11) };
    expect(document.outputs).toEqual({ 0: output, 1: output, 2: output, 3: output });
    expect(document.metrics).toMatchObject({ deliveries: 320, messages: 80 * (4 + 2 * 16) });
    expect(document.suspicions).toEqual([]);
    expect(document.replay).toBe('npx quorate run bracha --nodes 4 --faulty 1 --count 20 --payload 100 --seed 11');
  });

  it('holds its promises with two of seven faulty; best-effort in its place does not: status 1, the instance named', async () => {
    const text = 'run bracha --nodes 7 --faulty 2 --fault 5:equivocate --fault 6:silent --count 50 --seed 1';
    const { status, document } = await run(text);
    expect({ status, verdict: document.verdict }).toEqual({ status: 0, verdict: 'valid' });
    expect(document.faults).toEqual(['5:equivocate', '6:silent']);
    expect(document.properties).toEqual({
      validity: true,
      noDuplication: true,
      integrity: true,
      agreement: true,
      totality: true,
    });
    expect(Object.keys(document.outputs)).toEqual(['0', '1', '2', '3', '4']);
    expect(new Set(Object.values(document.outputs).map((output) => output.sha256)).size).toBe(1);
    const without = await run(`${text} --broadcast best-effort`);
    expect({ status: without.status, verdict: without.document.verdict }).toEqual({ status: 1, verdict: 'violated' });
    expect(without.document.violations).toEqual([
      expect.objectContaining({ property: 'agreement', kind: 'safety', sender: 5, sequence: 0 }),
    ]);
  });

  it.each(['crash', 'crash@5ms', 'restart', 'restart@5ms'])('goes on when a thread ends: %s', async (behaviour) => {
    const { status, document } = await run(`run --fault 3:${behaviour} --count 100 --seed 5`);
    expect({ status, violations: document.violations }).toEqual({ status: 0, violations: [] });
  });

  it('says who was seen lying, and by whom', async () => {
    const { document } = await run('run --fault 3:double-vote --count 20 --seed 3');
    const proofs = document.suspicions.filter(({ certainty }) => certainty === 'proof');
    expect(new Set(proofs.map(({ peer }) => peer))).toEqual(new Set([3]));
    expect(proofs.map(({ kind }) => kind)).toContain('double-echo');
  });

  it('is undecided when time runs out while something is under way, status 2', async () => {
    const { status, document } = await run(
      'run --fault 2:silent --fault 3:delay --allow-unsafe --seed 1 --timeout 1 --count 500',
    );
    expect(status).toBe(2);
    expect(document).toMatchObject({
      verdict: 'undecided',
      ending: 'timeout',
      properties: { validity: null, agreement: true },
    });
  });

  it('the same seed gives the same outputs, and a seed that nobody gave is printed', async () => {
    const one = await run('run --count 3');
    const again = await run(`run --count 3 --seed ${one.document.seed}`);
    expect(again.document.outputs).toEqual(one.document.outputs);
    expect(one.document.replay).toContain(`--seed ${one.document.seed}`);
  });
});

describe('run bracha --input FILE', () => {
  it('carries chunks of a file from one sender byte for byte, with a liar among four', async () => {
    const bytes = Buffer.from(Array.from({ length: 200_001 }, (_, i) => (i * i) % 251));
    await writeFile(join(directory, 'data.bin'), bytes);
    const { status, document } = await run(
      'run bracha --input DIR/data.bin --chunk 4096 --sender 0 --fault 3:equivocate --seed 1',
    );
    expect(status).toBe(0);
    const output = { count: 49, sha256: sha256(bytes) };
    expect(document.outputs).toEqual({ 0: output, 1: output, 2: output });
    expect(document.input).toMatchObject({ bytes: 200_001, values: 49, sha256: sha256(bytes) });
    expect(document.senders).toEqual([0]);
  });

  it('carries lines with their line ends, the last one without; a name with quotes is quoted in the replay', async () => {
    const text = 'first\n\nthird line\r\nlast';
    const path = join(directory, "it's text.txt");
    await writeFile(path, text);
    const { out } = await quorate(['run', '--input', path, '--seed', '1', '--json']);
    const document = parsed(runDocument, out);
    expect(document.outputs['0']).toEqual({ count: 16, sha256: sha256(Buffer.from(text.repeat(4))) });
    expect(document.replay).toContain(String.raw`it'\''s text.txt'`);
  });
});

describe('run basic on worker threads', () => {
  it('delivers every message once, unaltered, in order, beside nodes that crash and flood', async () => {
    const { status, document } = await run('run basic -n 7 --fault 1:flood --fault 5:crash --count 40 --seed 4');
    expect(status).toBe(0);
    expect(document.properties).toEqual({ validity: true, noDuplication: true, integrity: true, order: true });
  });
});

describe('what a person sees', () => {
  it('roles, digests, promises by name, and the line that repeats the run', async () => {
    const { status, out, err } = await line('run --fault 3:equivocate --count 2 --seed 9');
    expect({ status, err }).toEqual({ status: 0, err: '' });
    expect(out).toMatch(/node 0 {2}correct +8 +[0-9a-f]{16}/);
    expect(out).toMatch(/node 3 {2}equivocate +– +nothing is promised/);
    for (const name of ['RBC1 validity', 'RBC2 no duplication', 'RBC3 integrity', 'RBC4 agreement', 'RBC5 totality']) {
      expect(out).toContain(`✓  ${name}`);
    }
    expect(out).toContain('verdict: valid');
    expect(out).toContain(
      'replay: npx quorate run bracha --nodes 4 --faulty 1 --fault 3:equivocate --count 2 --payload 64 --seed 9',
    );
  });

  it('what was violated, with the event; one line when it shall be quiet', async () => {
    const { out } = await line('run --fault 3:equivocate --broadcast best-effort --seed 9');
    expect(out).toMatch(/✗ {2}RBC4 agreement +nodes \d and \d delivered different payloads as number 0 of node 3/);
    expect(out).toContain('verdict: safety violated');
    expect((await line('run --seed 9 --quiet')).out).toBe('verdict: valid (seed 9)\n');
  });

  it('the demonstration: one of four lies, the verdict, three commands to try', async () => {
    const { status, out } = await line('demo --seed 1');
    expect(status).toBe(0);
    expect(out).toMatch(/node 3 {2}equivocate/);
    expect(out).toContain('verdict: valid');
    expect(out.split('Try next\n')[1]?.trim().split('\n')).toHaveLength(3);
  });
});
