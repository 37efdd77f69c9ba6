import { cp, mkdir } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { run } from './command.js';

/** Copies what git knows or would know of the workspace, and installs it: releasing changes files, and must not change these. */
export async function copyWorkspace(root: string, target: string): Promise<void> {
  const listed = await run('git', ['ls-files', '--cached', '--others', '--exclude-standard', '-z'], { in: root });
  for (const path of listed.split('\0')) {
    if (path === '' || !existsSync(join(root, path))) continue;
    await mkdir(dirname(join(target, path)), { recursive: true });
    await cp(join(root, path), join(target, path));
  }
  await run('pnpm', ['install', '--prefer-offline', '--frozen-lockfile'], { in: target });
  // Changelogs name the commit that brought each change, so there must be one.
  await run('git', ['init', '--quiet', '--initial-branch', 'main'], { in: target });
  await run('git', ['add', '--all'], { in: target });
  const identity = ['-c', 'user.name=release', '-c', 'user.email=release@localhost'];
  await run('git', [...identity, 'commit', '--quiet', '--message', 'copy'], { in: target });
}
