import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { explanations } from '../src/catalogue/explanations.js';
import { line, quorate } from './captured.js';
import { errorDocument, parsed } from './schemas.js';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'quorate-command-line-'));
  await writeFile(join(directory, 'empty'), '');
  await writeFile(join(directory, 'long-line'), Buffer.alloc(1_048_577, 'x'));
  await writeFile(join(directory, 'small'), 'one\ntwo\n');
  await writeFile(join(directory, 'sparse'), '');
  await truncate(join(directory, 'sparse'), 10_000_001);
});
afterAll(() => rm(directory, { recursive: true }));

describe('wrong usage: status 64, a stable code, what was wrong, what to try, and nothing on standard output', () => {
  it.each([
    ['runn', 'Q9001', 'there is no command runn', 'did you mean run?'],
    ['nonsense', 'Q9001', 'there is no command nonsense', 'quorate --help lists the commands'],
    ['run --nods 7', 'Q9001', 'run has no flag --nods', 'did you mean --nodes?'],
    ['run --frobnicate', 'Q9001', 'run has no flag --frobnicate', 'quorate run --help'],
    ['run --seconds 3', 'Q9001', 'run has no flag --seconds', ''],
    ['config show --orign', 'Q9001', 'config show has no flag --orign', 'did you mean --origin?'],
    ['config', 'Q9012', 'config needs to be told what to do', 'quorate config --help'],
    ['run brachha', 'Q9003', 'there is no protocol brachha', 'did you mean bracha?'],
    ['run pbft', 'Q9003', 'there is no protocol pbft', 'protocols are basic, bracha'],
    ['run --fault 3:equivocat', 'Q9004', 'there is no behaviour equivocat', 'did you mean equivocate?'],
    ['run --fault 3:nonsense', 'Q9004', 'there is no behaviour nonsense', 'behaviours are silent,'],
    ['run --fault equivocate', 'Q9005', 'equivocate is not a fault', 'NODE:BEHAVIOUR'],
    ['run --fault 3:crash@soon', 'Q9005', 'begins at soon', '@120ms'],
    ['run --fault 3:crash@90000000ms', 'Q9005', 'begins at 90000000ms', 'at most a day'],
    ['run --fault 1->0:drop@10..20', 'Q9005', 'is not a fault', 'links are cut by quorate sim alone'],
    ['run --fault 3:silent --fault 3:flood', 'Q9005', 'second behaviour of node 3', ''],
    ['run --fault 4:silent', 'Q1002', 'there is no node 4 in a group of 4', 'use 0 … 3'],
    ['run --fault 2:silent --fault 3:flood', 'Q9006', '2 nodes are faulty', '--allow-unsafe'],
    ['run --faulty 0 --fault 3:silent', 'Q9006', '1 node is faulty', ''],
    ['run basic --fault 3:double-vote', 'Q9007', 'double-vote does not apply to basic', 'it applies to bracha'],
    ['run --broadcast best-effort --fault 3:double-vote', 'Q9007', 'does not apply to best-effort', ''],
    ['run --nodes 3 --faulty 1', 'Q1003', '3 nodes cannot tolerate 1 Byzantine fault', 'try --nodes 4'],
    ['run --nodes 4 --faulty 4', 'Q1001', '4 nodes cannot have 4 faults', ''],
    ['run --nodes 0', 'Q9002', '--nodes cannot be 0', '1 … 256'],
    ['run --nodes 257', 'Q9002', '--nodes cannot be 257', ''],
    ['run -n x', 'Q9002', '--nodes cannot be x', ''],
    ['run --seed abc', 'Q9002', '--seed cannot be abc', 'use a whole number'],
    ['run --seed -1', 'Q9002', '--seed cannot be -1', ''],
    ['run --count 0', 'Q9002', '--count cannot be 0', '1 … 100000000'],
    ['run --payload 1048577', 'Q9002', '--payload cannot be 1048577', '0 … 1048576'],
    ['run --timeout 0', 'Q9002', '--timeout cannot be 0', ''],
    ['run --sender 4', 'Q1002', 'there is no node 4', ''],
    ['run --sender', 'Q9012', '--sender needs a value', ''],
    ['run --chunk 16', 'Q9010', 'there is no --input', '--input FILE'],
    ['run --input DIR/small --chunk 0', 'Q9002', '--chunk cannot be 0', ''],
    ['run --input DIR/small --chunk 1048577', 'Q9002', '--chunk cannot be 1048577', ''],
    ['run --input DIR/small --count 3', 'Q9010', '--count and --input', ''],
    ['run --input DIR/small --payload 3', 'Q9010', '--payload and --input', ''],
    ['run --input DIR/none', 'Q9009', 'cannot be read (no such file', 'name a file that exists'],
    ['run --input DIR', 'Q9009', 'cannot be read', ''],
    ['run --input DIR/empty', 'Q9009', 'is empty', ''],
    ['run --input DIR/long-line', 'Q9009', 'line 1 of', '--chunk BYTES'],
    ['run --input DIR/sparse --chunk 1', 'Q9009', 'more than 10000000 values', '--chunk'],
    ['run --broadcast brach', 'Q9014', 'there is no broadcast layer brach', 'did you mean bracha?'],
    ['run basic --broadcast bracha', 'Q9010', 'basic has no broadcast layer', ''],
    ['run bracha basic', 'Q9012', 'too many arguments', ''],
    ['run --config DIR/none.toml', 'Q9008', 'none.toml cannot be read', ''],
    ['run --log-level shout', 'Q9002', '--log-level cannot be shout', 'use debug, info'],
    ['demo --nodes 3 --fault 2:silent', 'Q9006', '1 node is faulty and the group of 3 tolerates 0', '--allow-unsafe'],
    ['bench brachha', 'Q9003', 'bench does not know brachha', 'did you mean bracha?'],
    ['bench --gate fast', 'Q9013', 'fast is not a gate', 'ops>=200000'],
    ['bench --gate opps>=3', 'Q9013', 'a bench has no metric opps', 'did you mean ops?'],
    ['bench --gate ops>=', 'Q9013', 'is not a gate', ''],
    ['bench --seconds 0', 'Q9002', '--seconds cannot be 0', ''],
    ['bench --runs x', 'Q9002', '--runs cannot be x', ''],
    ['bench transport --fault 3:silent', 'Q9010', 'transport is measured without faulty nodes', ''],
    ['list prtocols', 'Q9012', 'there is no list of prtocols', 'did you mean protocols?'],
    ['run --json=true', 'Q9012', '--json takes no value', 'write --json'],
    ['run --nods=7', 'Q9001', 'run has no flag', 'did you mean --nodes?'],
    ['run --nodes=', 'Q9002', '--nodes cannot be ""', ''],
    ['run --nodes NaN', 'Q9002', '--nodes cannot be NaN', ''],
    ['run --nodes 1e2', 'Q9002', '--nodes cannot be 1e2', ''],
    ['run --nodes 99999999999999999999', 'Q9002', '--nodes cannot be 9999', ''],
    ['run --fault 3:silent@', 'Q9005', '3:silent@ is not a fault', ''],
    ['run --fault 3:silent@-5ms', 'Q9005', 'which is no time', '@120ms'],
    ['run --fault 1.5:silent', 'Q9005', '1.5:silent is not a fault', ''],
    ['run --config DIR/small', 'Q9008', 'is neither .toml nor .json', ''],
    ['run --config DIR', 'Q9008', 'cannot be read', ''],
    ['run bracha --rounds 5', 'Q9010', 'bracha has no --rounds', 'bracha takes --count'],
    ['run vote --count 4', 'Q9010', 'vote has no --count', 'vote takes --rounds'],
    ['run vote --rounds 100001', 'Q7001', 'rounds cannot be 100001', '1 … 100000'],
    ['run approximate --epsilon 0', 'Q4302', 'cannot be brought within 0', 'use a positive epsilon'],
    ['run approximate --epsilon NaN', 'Q9002', '--epsilon cannot be NaN', ''],
    ['run approximate --range 1..0', 'Q4303', '1 … 0 is not a range', ''],
    ['run approximate --range 0', 'Q9019', '--range cannot be 0', 'LO..HI'],
    ['run approximate --plot DIR', 'Q9040', 'cannot be written', ''],
    ['vote --propose 1000', 'Q9002', '--propose cannot be 1000', '1 … 999'],
    ['vote --quorum queens', 'Q9002', '--quorum cannot be queens', 'use kings, majority'],
    ['vote --log DIR/small', 'Q9042', 'cannot be used (not a directory)', 'name a directory'],
    ['vote surplus', 'Q9012', 'too many arguments', ''],
    ['sim --nodes 4..5', 'Q9010', 'a range of --nodes is for campaigns', '--seeds A..B'],
    ['sim --nodes 4..3 --seeds 0..2', 'Q9002', '--nodes cannot be 4..3', ''],
    ['sim --seeds 5..5', 'Q9019', '--seeds cannot be 5..5', 'A < B'],
    ['sim --seeds 0..2 --seed 3', 'Q9010', '--seed names one run', ''],
    ['sim --seeds 0..2 --trace x', 'Q9010', '--trace is of one run', ''],
    ['sim --latency 10..1', 'Q9017', '--latency cannot be 10..1', ''],
    ['sim --loss NaN', 'Q9002', '--loss cannot be NaN', ''],
    ['sim --partition 0,1|1,2@10..20', 'Q9017', '--partition cannot be', 'each node once'],
    ['sim --fault 1->1:drop@1..2', 'Q9017', '--fault cannot be', 'between two nodes'],
    ['sim --trace DIR', 'Q9030', 'cannot be written', 'name a file'],
    ['sim --count 10000000', 'Q9020', 'messages are too many', 'try fewer --nodes'],
    ['sim --timeout 3', 'Q9001', 'sim has no flag --timeout', ''],
    ['replay', 'Q9012', 'replay needs file', ''],
    ['replay DIR', 'Q9018', 'cannot be read', ''],
    ['replay DIR/empty', 'Q9018', 'is no JSON', ''],
    ['replay DIR/small --verify', 'Q5030', 'is no trace', ''],
    ['trace DIR', 'Q9030', 'cannot be read', ''],
    ['trace DIR/empty', 'Q5030', 'is no trace', ''],
    ['trace DIR/small --from-tick -1', 'Q9002', '--from-tick cannot be -1', ''],
    ['demo --all --count 5', 'Q9010', 'together has no --count', 'together takes --rounds'],
    ['demo surplus', 'Q9012', 'too many arguments', ''],
    ['config show --nodes x', 'Q9002', '--nodes cannot be x', ''],
    ['config sho', 'Q9001', 'there is no command sho', 'did you mean show?'],
    ['bench --seconds NaN', 'Q9002', '--seconds cannot be NaN', ''],
    ['bench transport --dimension 2', 'Q9010', 'transport has no --dimension', 'transport takes --payload'],
    ['bench transport --broadcast best-effort', 'Q9010', 'transport has no broadcast layer', ''],
    ['bench log --log DIR', 'Q9010', 'log has no --log', ''],
    ['bench vote --log DIR/small --runs 1', 'Q9042', 'cannot be used (not a directory)', 'name a directory'],
    ['list faults faults', 'Q9012', 'too many arguments', ''],
    ['--json', 'Q9001', 'quorate has no flag --json', ''],
    ['explain', 'Q9012', 'explain needs code', ''],
    ['explain Q1', 'Q9011', 'there is no error code Q1', ''],
    ['explain Q9999', 'Q9011', 'there is no error code Q9999', 'did you mean Q9'],
    ['explain Q1003 Q1002', 'Q9012', 'too many arguments', ''],
  ])('quorate %s', async (text, code, message, hint) => {
    const { status, out, err } = await line(text.replaceAll('DIR', directory));
    expect(err.split('\n', 1)[0]).toContain(`error ${code}: `);
    expect(err).toContain(message);
    expect(err).toContain(hint);
    expect(err).not.toMatch(/\n\s+at /);
    expect({ status, out: text.includes('--json') ? '' : out }).toEqual({ status: 64, out: '' });
    expect([...explanations.keys()]).toContain(code);
  });

  it('with --json, standard output carries one error document', async () => {
    const { status, out, err } = await line('run --nodes 3 --faulty 1 --json');
    const document = parsed(errorDocument, out);
    expect(document).toMatchObject({ code: 'Q1003', exitStatus: 64 });
    expect(document.hint).toContain('--nodes 4');
    expect(err).toContain('error Q1003');
    expect(status).toBe(64);
    expect(parsed(errorDocument, (await line('run --nods 7 --json')).out).code).toBe('Q9001');
  });

  it('shows where, with --log-level debug and only then', async () => {
    expect((await line('run --seed abc --log-level debug')).err).toMatch(/\n\s+at /);
    expect((await quorate(['run', '--seed', 'abc'], { QUORATE_LOG_LEVEL: 'debug' })).err).toMatch(/\n\s+at /);
    expect((await line('run --seed abc --log-level info')).err).not.toMatch(/\n\s+at /);
  });
});

describe('what a person looks up', () => {
  it('help names every command and the exit statuses', async () => {
    const { status, out } = await line('--help');
    expect(status).toBe(0);
    for (const word of ['run', 'demo', 'bench', 'list', 'explain', 'config', 'Exit status'])
      expect(out).toContain(word);
    expect((await line('')).out).toBe(out);
    expect((await line('run --help')).out).toContain('--fault <NODE:BEHAVIOUR[@WHEN]>');
  });

  it('the version is that of the package', async () => {
    const { default: manifest } = await import('../package.json', { with: { type: 'json' } });
    expect((await line('--version')).out).toBe(`${manifest.version}\n`);
  });

  it('explain knows every code, however it is written', async () => {
    expect((await line('explain q1003')).out).toContain('n ≥ 3f + 1');
    expect((await line('explain 9006')).out).toContain('Q9006');
    const { out } = await line('explain Q3001 --json');
    expect(JSON.parse(out)).toMatchObject({ schema: 'quorate.explain/1', code: 'Q3001' });
    for (const code of explanations.keys()) expect((await line(`explain ${code}`)).status).toBe(0);
  });

  it('list names what exists and nothing else', async () => {
    const { out } = await line('list');
    for (const name of ['basic', 'bracha', 'together', 'best-effort', 'silent', 'flood']) expect(out).toContain(name);
    for (const name of ['pbft', 'generals']) expect(out).not.toContain(name);
    const { out: json } = await line('list faults --json');
    expect(JSON.parse(json)).toMatchObject({ schema: 'quorate.list/1' });
    expect(json).toMatch(/"name":"double-vote","summary":"[^"]+","protocols":\["bracha",/);
    expect((await line('list errors')).out).toContain('Q1003');
  });

  it('config show tells who said what', async () => {
    const { out } = await quorate(['config', 'show', '--origin', '--nodes', '7'], { QUORATE_COUNT: '5' });
    expect(out).toMatch(/^nodes +7 +flag --nodes$/m);
    expect(out).toMatch(/^count +5 +environment QUORATE_COUNT$/m);
    expect(out).toMatch(/^payload +64 +default$/m);
    const json: unknown = JSON.parse((await quorate(['config', 'show', '--origin', '--json', '-n', '7'])).out);
    expect(json).toMatchObject({
      schema: 'quorate.config/1',
      settings: { nodes: { value: 7, origin: 'flag --nodes' } },
    });
  });

  it('warns of a misspelt variable on standard error, unless it shall be quiet', async () => {
    const { out, err } = await quorate(['list'], { QUORATE_NODS: '7' });
    expect(err).toContain('warn: the environment variable QUORATE_NODS is no setting');
    expect(out).not.toContain('NODS');
    expect((await quorate(['list', '--quiet'], { QUORATE_NODS: '7' })).err).toBe('');
  });

  it('puts the error into a document also when the environment wants one', async () => {
    const { status, out } = await quorate(['run', '--faulty', '2'], { QUORATE_JSON: '1' });
    expect(status).toBe(64);
    expect(JSON.parse(out)).toMatchObject({ schema: 'quorate.error/1', code: 'Q1003' });
    expect((await quorate(['run', '--faulty', '2'], { QUORATE_JSON: '0' })).out).toBe('');
  });

  it('demo shows a group without a liar where none is tolerated', async () => {
    const { status, out } = await line('demo --nodes 3 --json');
    expect(status).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ f: 0, faults: [] });
  });

  it('colours a terminal, unless somebody wants none', async () => {
    const escape = '[';
    expect((await quorate(['list'], {}, true)).out).toContain(escape);
    expect((await quorate(['list', '--no-color'], {}, true)).out).not.toContain(escape);
    expect((await quorate(['list'], { NO_COLOR: '1' }, true)).out).not.toContain(escape);
    expect((await quorate(['list'], { TERM: 'dumb' }, true)).out).not.toContain(escape);
    expect((await quorate(['list'], {}, false)).out).not.toContain(escape);
  });
});
