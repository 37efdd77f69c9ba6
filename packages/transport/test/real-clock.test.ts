import { expect, test } from 'vitest';
import { realClock } from '../src/real-clock.js';

test('time goes on, and a timer fires once it is due', async () => {
  const clock = realClock();
  const before = clock.now();
  await new Promise<void>((resolve) => void clock.schedule(3, resolve));
  expect(clock.now() - before).toBeGreaterThanOrEqual(3);
});

test('a cancelled timer does not fire, and is gone', async () => {
  const clock = realClock();
  const fired: string[] = [];
  const cancel = clock.schedule(1, () => fired.push('cancelled'));
  cancel();
  cancel();
  await new Promise<void>((resolve) => void clock.schedule(2, resolve));
  expect(fired).toEqual([]);
});

test('a delay longer than the timers of the machine can hold does not fire at once', async () => {
  const clock = realClock();
  const fired: string[] = [];
  const cancel = clock.schedule(2 ** 40, () => fired.push('too early'));
  await new Promise<void>((resolve) => void clock.schedule(2, resolve));
  expect(fired).toEqual([]);
  cancel();
});
