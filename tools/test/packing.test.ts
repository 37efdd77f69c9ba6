import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { run } from '../release/command.js';
import { problemsIn } from '../release/packing.js';

const sound: Readonly<Record<string, string>> = {
  LICENSE: 'free',
  'README.md': '# a',
  'package.json': JSON.stringify({
    name: 'a',
    exports: { '.': { types: './dist/a.d.ts', default: './dist/a.js' } },
    imports: { '#b': { node: './dist/b.js', default: 'b' } },
    bin: { a: './dist/a.js' },
    dependencies: { b: '^1.0.0' },
  }),
  'dist/a.js': '',
  'dist/a.d.ts': '',
  'dist/b.js': '',
  'src/a.ts': '',
};

describe('a packed package', () => {
  let folder = '';

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'packing-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const problemsOf = async (files: Readonly<Record<string, string>>): Promise<string[]> => {
    for (const [path, content] of Object.entries(files)) {
      await mkdir(dirname(join(folder, 'package', path)), { recursive: true });
      await writeFile(join(folder, 'package', path), content);
    }
    const paths = Object.keys(files).map((path) => `package/${path}`);
    await run('tar', ['-czf', 'a.tgz', ...paths], { in: folder });
    return problemsIn(folder, 'a.tgz');
  };

  it('is accepted when it is sound', async () => {
    expect(await problemsOf(sound)).toEqual([]);
  });

  it.each(['LICENSE', 'README.md'])('is refused without %s', async (file) => {
    const { [file]: _, ...rest } = sound;
    expect(await problemsOf(rest)).toEqual([`a.tgz has no ${file}`]);
  });

  it.each(['dist/a.js', 'dist/a.d.ts', 'dist/b.js'])('is refused when it names %s and lacks it', async (file) => {
    const { [file]: _, ...rest } = sound;
    expect(new Set(await problemsOf(rest))).toEqual(new Set([`a.tgz names ${file}, and lacks it`]));
  });

  it('is refused with a file that nobody needs', async () => {
    expect(await problemsOf({ ...sound, 'test/a.test.ts': '' })).toEqual(['a.tgz contains test/a.test.ts']);
  });

  it.each(['workspace:^', 'catalog:'])('is refused when a dependency is %s', async (range) => {
    const manifest = JSON.stringify({ name: 'a', dependencies: { b: range } });
    expect(await problemsOf({ ...sound, 'package.json': manifest })).toEqual([
      'a.tgz has a dependency that only the workspace understands',
    ]);
  });
});
