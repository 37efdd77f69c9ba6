/** Every protocol of the command, on real threads and in simulation, with nodes that lie. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { maxDimension } from '@quorate/barycentric-agreement';
import * as v from 'valibot';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { behavioursOf, plainStack } from '../src/catalogue/applicability.js';
import { protocolNames } from '../src/protocols/names.js';
import { protocolNamed } from '../src/protocols/registry.js';
import { mostCoordinates } from '../src/settings.js';
import { line } from './captured.js';
import { benchDocument, parsed, runDocument } from './schemas.js';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'quorate-protocols-'));
});
afterAll(() => rm(directory, { recursive: true }));

async function run(text: string) {
  const { status, out } = await line(`${text.replaceAll('DIR', directory)} --json`);
  return { status, document: parsed(runDocument, out) };
}

/** What these tests read of a simulation. */
const simulated = v.looseObject({
  verdict: v.string(),
  properties: v.record(v.string(), v.nullable(v.boolean())),
  metrics: v.looseObject({ schedules: v.optional(v.number()) }),
  exercised: v.optional(v.record(v.string(), v.number())),
  replay: v.string(),
  traceDigest: v.string(),
});
const read = (out: string): v.InferOutput<typeof simulated> => v.parse(simulated, JSON.parse(out));

describe('the protocols of rounds on worker threads, one of four faulty', () => {
  it.each([
    ['witness', 'equivocate', ['overlap', 'termination']],
    ['witness', 'silent', ['overlap', 'distinctWitnesses']],
    ['aggregated-witness', 'twins', ['commonCore', 'witnessOverlap']],
    ['aggregated-witness', 'crash', ['commonCore', 'termination']],
    ['barycentric', 'forge', ['inclusion', 'size']],
    ['barycentric', 'restart', ['inclusion', 'termination']],
  ])('%s beside %s: everything is finished by every correct node', async (protocol, behaviour, properties) => {
    const { status, document } = await run(`run ${protocol} --rounds 30 --fault 3:${behaviour} --seed 4`);
    expect({ status, violations: document.violations }).toEqual({ status: 0, violations: [] });
    expect(document.properties).toMatchObject(Object.fromEntries(properties.map((key) => [key, true])));
    expect(Object.values(document.outputs).map(({ count }) => count)).toEqual([30, 30, 30]);
    expect(document.replay).toContain(`run ${protocol} --nodes 4 --faulty 1 --fault 3:${behaviour} --rounds 30`);
  });

  it('all that is sent without faults is what the formula says: 2n broadcasts a round, and 3n with aggregated reports', async () => {
    const broadcasts = 4 + 2 * 16;
    const witness = await run('run witness --rounds 5 --seed 1');
    expect(witness.document.metrics.messages).toBe(5 * 2 * 4 * broadcasts);
    const aggregated = await run('run aggregated-witness --rounds 5 --seed 1');
    expect(aggregated.document.metrics.messages).toBe(5 * 3 * 4 * broadcasts);
  });

  it.each([
    ['witness --rounds 20', 'consistency'],
    ['aggregated-witness --rounds 20', 'consistency'],
    ['barycentric --rounds 20', 'consistency'],
    ['approximate --count 5', 'determinism'],
  ])('stand on whatever broadcast somebody swaps in, and break with it: %s', async (protocol, broken) => {
    const honest = await run(`run ${protocol} --broadcast best-effort --seed 2`);
    expect({ status: honest.status, broadcast: honest.document.broadcast }).toEqual({
      status: 0,
      broadcast: 'best-effort',
    });
    // On threads the liar may come too late to matter, every time. Under virtual time some schedule lets it in.
    let lied = { status: 0, out: '' };
    for (let seed = 0; seed < 50 && lied.status !== 1; seed++) {
      lied = await line(`sim ${protocol} --broadcast best-effort --fault 3:equivocate --seed ${seed} --json`);
    }
    expect({ status: lied.status, broken: read(lied.out).properties[broken] }).toEqual({ status: 1, broken: false });
  });
});

describe('approximate agreement on worker threads', () => {
  it('brings points of a plane within epsilon, says where each node stood, and draws it', async () => {
    const { status, document } = await run(
      'run approximate --nodes 5 --faulty 1 --fault 4:equivocate --dimension 2 --epsilon 0.01 --range -1..1 --seed 3 --plot DIR/points.svg',
    );
    expect({ status, violations: document.violations }).toEqual({ status: 0, violations: [] });
    const paths = Object.values(document.outputs).map(({ points }) => points?.[0] ?? []);
    expect(paths).toHaveLength(4);
    for (const path of paths) expect(path.length).toBe(paths[0]?.length);
    const ends = paths.map((path) => path.at(-1) ?? []);
    for (const end of ends) {
      for (const other of ends)
        expect(Math.hypot(...end.map((part, axis) => part - (other[axis] ?? 0)))).toBeLessThanOrEqual(0.01);
    }
    const svg = await readFile(join(directory, 'points.svg'), 'utf8');
    expect(svg.match(/<polyline/g)).toHaveLength(4);
    for (const words of ['coordinate 0', 'coordinate 1', 'epsilon 0.01', '>node 3<', '>-1<', '>0.5<'])
      expect(svg).toContain(words);
    expect(document.replay).toContain('--dimension 2 --epsilon 0.01 --range -1..1 --count 1 --seed 3');
  });

  it('decides many times over', async () => {
    const { status, document } = await run('run approximate --count 20 --fault 3:flood --seed 6');
    expect(status).toBe(0);
    expect(Object.values(document.outputs).map(({ count }) => count)).toEqual([20, 20, 20]);
  });

  it.each([
    ['run approximate --nodes 4 --faulty 1 --dimension 2', 'Q4304', 'try --nodes 5'],
    ['run approximate --dimension 9', 'Q9002', '1 … 4'],
    ['run approximate --epsilon 0', 'Q4302', 'positive epsilon'],
    ['run approximate --epsilon nan', 'Q9002', '--epsilon cannot be nan'],
    ['run approximate --range 3..1', 'Q4303', ''],
    ['run approximate --range 0..1e999', 'Q4303', ''],
    ['run approximate --range wide', 'Q9019', 'write LO..HI'],
    ['run approximate --payload 64', 'Q9010', 'approximate has no --payload'],
    ['run approximate --rounds 3', 'Q9010', 'approximate has no --rounds'],
    ['run witness --count 3', 'Q9010', 'witness has no --count'],
    ['run witness --sender 1', 'Q9010', 'witness has no --sender'],
    ['run bracha --dimension 2', 'Q9010', 'bracha has no --dimension'],
    ['run barycentric --broadcast brach', 'Q9014', 'did you mean bracha?'],
    ['run witness --rounds 0', 'Q9002', '--rounds cannot be 0'],
    ['run witnes', 'Q9003', 'did you mean witness?'],
    ['sim approximate --nodes 4 --faulty 1 --dimension 2', 'Q4304', ''],
    ['sim witness --rounds 100000', 'Q9020', ''],
    ['bench approximate --range x..y', 'Q9019', ''],
    ['sim approximate --seeds 0..4 --plot points.svg', 'Q9010', '--plot is of one run'],
    ['run togethr', 'Q9003', 'did you mean together?'],
    ['bench together', 'Q9003', 'bench does not know together'],
  ])('refuses %s with %s', async (text, code, message) => {
    const { status, err } = await line(text);
    expect({ status, code: /^error (Q\d+)/.exec(err)?.[1] }).toEqual({ status: 64, code });
    expect(err).toContain(message);
  });

  it.each(['run', 'sim'])('%s refuses a picture that cannot be written before anything runs', async (command) => {
    for (const path of [directory, join(directory, 'none', 'points.svg')]) {
      const { status, out, err } = await line(`${command} approximate --seed 1 --json --plot ${path}`);
      expect({ status, code: /^error (Q\d+)/.exec(err)?.[1] }).toEqual({ status: 64, code: 'Q9040' });
      expect(JSON.parse(out)).toMatchObject({ schema: 'quorate.error/1', code: 'Q9040' });
    }
  });

  it('takes as many coordinates as agreement does', () => {
    expect(mostCoordinates).toBe(maxDimension);
  });
});

describe('every protocol in simulation', () => {
  it.each(protocolNames)('a campaign of %s keeps its promises, and says what it came near', async (name) => {
    const { promises } = await protocolNamed(name);
    const { status, out } = await line(`sim ${name} --nodes 4..7 --seeds 0..12 --json`);
    const document = read(out);
    expect({ status, replay: document.replay }).toMatchObject({ status: 0 });
    expect(Object.keys(document.properties)).toEqual(promises.map(({ key }) => key));
    expect(document.metrics.schedules).toBe(12);
    expect(Object.keys(document.exercised ?? {}).some((key) => key.startsWith('message '))).toBe(true);
  });

  it.each([
    'sim witness --nodes 5 --fault 4:delay --rounds 3 --payload 9 --seed 5',
    'sim aggregated-witness --broadcast best-effort --rounds 2 --seed 8',
    'sim barycentric --rounds 2 --latency 2..9 --seed 5',
    'sim approximate --nodes 5 --dimension 2 --epsilon 0.1 --range -2..3 --seed 7',
    'sim basic --fault 3:forge --count 2 --seed 7',
    'sim together --fault 3:equivocate --rounds 1 --seed 7',
  ])('%s: its replay line runs the same again', async (text) => {
    const first = await line(`${text} --json`);
    expect(first.status).toBe(0);
    const { replay, traceDigest } = read(first.out);
    expect(read((await line(`${replay.replace('npx quorate ', '')} --json`)).out).traceDigest).toBe(traceDigest);
  });

  it('finds that witnesses without reliable broadcast disagree, and replays it from a file', async () => {
    const home = process.cwd();
    process.chdir(directory);
    try {
      const { status, out } = await line(
        'sim witness --broadcast best-effort --fault 3:equivocate --nodes 4 --seeds 0..200 --json',
      );
      expect(status).toBe(1);
      const found = read(out);
      expect(found.replay).toContain('.quorate/witness-best-effort-seed-');
      const again = await line(`${found.replay.replace('npx quorate ', '')} --json`);
      expect({ status: again.status, digest: read(again.out).traceDigest }).toEqual({
        status: 1,
        digest: found.traceDigest,
      });
    } finally {
      process.chdir(home);
    }
  });
});

describe('all at once', () => {
  it('two rounds of each protocol and plain broadcast over the same group at the same time', async () => {
    const { status, out } = await line('demo --all --seed 2 --json');
    const document = parsed(runDocument, out);
    expect({ status, violations: document.violations }).toEqual({ status: 0, violations: [] });
    const judged = Object.keys(document.properties);
    for (const key of [
      'bracha.agreement',
      'witness.overlap',
      'aggregated-witness.commonCore',
      'barycentric.inclusion',
      'approximate.agreement',
    ]) {
      expect(judged).toContain(key);
    }
    // Two broadcasts of three correct nodes at least, two rounds of each of three protocols, two decisions.
    for (const { count } of Object.values(document.outputs)) expect(count).toBeGreaterThanOrEqual(6 + 3 * 2 + 2);
  });

  it('a campaign gives a value to every one of them', async () => {
    const { status, out } = await line('sim together --nodes 4 --seeds 0..3 --json');
    const { exercised = {} } = read(out);
    expect(status).toBe(0);
    const messages = Object.keys(exercised).filter((key) => key.startsWith('message ') && key.endsWith('/input'));
    expect(messages).toHaveLength(5);
    for (const message of messages) expect(exercised[message]).toBeGreaterThan(0);
  });
});

describe('a bench of rounds', () => {
  it('counts rounds that every node has finished, beside what the formula says of their messages', async () => {
    const { status, out } = await line('bench aggregated-witness --seconds 0.2 --runs 1 --seed 1 --json');
    const { metrics, verdict, properties, operation } = parsed(benchDocument, out);
    expect({ status, verdict, properties }).toEqual({ status: 0, verdict: 'valid', properties: { termination: true } });
    expect(operation).toContain('finished by every correct node');
    expect(metrics).toMatchObject({ messagesPerOpExpected: 3 * 4 * 36, messagesFormula: '3n · (n + 2n²)' });
    expect(metrics.opsPerSecond).toBeGreaterThan(0);
  });

  it('counts the rounds of an agreement, each of them one of witnesses', async () => {
    const { status, out } = await line('bench approximate --seconds 0.2 --runs 1 --seed 1 --json');
    const { metrics } = parsed(benchDocument, out);
    expect({ status, expected: metrics.messagesPerOpExpected }).toEqual({ status: 0, expected: 2 * 4 * 36 });
    expect(metrics.opsPerSecond).toBeGreaterThan(0);
  });
});

describe('the behaviours that a protocol is offered', () => {
  it.each([...protocolNames])('can all be made with it: %s', async (name) => {
    const entry = await protocolNamed(name);
    const offered = behavioursOf(entry, plainStack(entry));
    expect(offered.length).toBeGreaterThan(10);
    for (const behaviour of offered) {
      // What it leads to is for others to judge: a simulation of one value with it comes to an end.
      const { status, err } = await line(`sim ${name} --fault 3:${behaviour} --seed 1 --quiet`);
      expect({ behaviour, status, err }).toEqual({ behaviour, status: 0, err: '' });
    }
  });
});
