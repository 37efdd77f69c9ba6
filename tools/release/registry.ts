import { fork, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { env } from 'node:process';
import { run } from './command.js';

/**
 * verdaccio is not among the workspace's dependencies: it is as large as all of them together, and only this check uses it.
 * Its node-fetch has to be replaced because the one it asks for does not run on all supported versions of Node.
 */
const manifest = {
  private: true,
  dependencies: { verdaccio: '6.8.0' },
  overrides: { 'node-fetch': '2.7.0' },
};

export interface Registry {
  readonly url: string;
  /** An environment in which npm, pnpm and changesets know this registry alone, and no settings of the user's. */
  readonly env: NodeJS.ProcessEnv;
  close(): Promise<void>;
}

/**
 * Starts an npm registry on loopback, with its storage in `folder`. Our own names live there alone; all others come from the
 * registry that the user's npm is set up for. `cache` is where verdaccio is installed, and stays.
 */
export async function startRegistry(folder: string, cache: string): Promise<Registry> {
  await install(cache);
  const upstream = (await run('npm', ['config', 'get', 'registry'], { in: folder })).trim();
  const port = await freePort();
  const url = `http://127.0.0.1:${port}/`;
  const config = join(folder, 'verdaccio.yaml');
  await writeFile(config, JSON.stringify(settings(folder, upstream)));
  const userConfig = join(folder, 'npmrc');
  // Whoever publishes must present some token; this registry takes any.
  await writeFile(userConfig, `registry=${url}\n//127.0.0.1:${port}/:_authToken=anybody\nfund=false\naudit=false\n`);
  const server = fork(join(cache, 'node_modules/verdaccio/bin/verdaccio'), ['--config', config, '--listen', url], {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  await started(server);
  return { url, env: environment(url, userConfig), close: () => stop(server) };
}

async function install(cache: string): Promise<void> {
  if (existsSync(join(cache, 'node_modules/verdaccio/package.json'))) return;
  await mkdir(cache, { recursive: true });
  await writeFile(join(cache, 'package.json'), JSON.stringify(manifest));
  await run('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--no-package-lock'], { in: cache });
}

function settings(folder: string, upstream: string): object {
  const ours = { access: '$all', publish: '$all' };
  return {
    storage: join(folder, 'storage'),
    auth: { htpasswd: { file: join(folder, 'htpasswd') } },
    uplinks: { upstream: { url: upstream } },
    packages: { '@quorate/*': ours, quorate: ours, '**': { access: '$all', proxy: 'upstream' } },
    web: { enable: false },
    log: { type: 'stdout', level: 'error' },
  };
}

/** Without the settings that a surrounding npm or pnpm passes on: they outrank every file. */
const environment = (url: string, userConfig: string): NodeJS.ProcessEnv => ({
  ...Object.fromEntries(Object.entries(env).filter(([name]) => !/^(?:npm|pnpm)_config_/i.test(name))),
  npm_config_registry: url,
  npm_config_userconfig: userConfig,
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** verdaccio tells its parent when it listens. */
function started(server: ChildProcess): Promise<void> {
  const complaints: string[] = [];
  server.stderr?.setEncoding('utf8').on('data', (text: string) => void complaints.push(text));
  return new Promise((resolve, reject) => {
    server.once('message', () => resolve());
    server.once('error', reject);
    server.once('exit', (status) =>
      reject(new Error(`the registry ended with status ${status} before it listened\n${complaints.join('')}`)),
    );
  });
}

async function stop(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null) return;
  const exited = new Promise((resolve) => server.once('exit', resolve));
  server.kill();
  await exited;
}
