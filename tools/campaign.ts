/**
 * A campaign of a few seconds with fresh seeds for each protocol that promises something about liars: what every change must
 * pass beside the tests. The seeds are printed; a failing one is replayed by the line that the command prints.
 */
import { spawnSync } from 'node:child_process';
import { randomInt } from 'node:crypto';

/** Seeds of each campaign. Most of the time goes into starting threads. */
const seeds = 100;
const protocols = ['bracha', 'witness', 'aggregated-witness', 'barycentric', 'approximate'];

const quorate = ['--conditions=@quorate/source', '--import', './tools/source.mjs', 'apps/runner/src/main.ts'];

for (const protocol of protocols) {
  const from = randomInt(2 ** 32 - seeds);
  const words = ['sim', protocol, '--nodes', '4..10', '--seeds', `${from}..${from + seeds}`, '--quiet'];
  console.log(`quorate ${words.join(' ')}`);
  const { status } = spawnSync(process.execPath, [...quorate, ...words], { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 70);
}
