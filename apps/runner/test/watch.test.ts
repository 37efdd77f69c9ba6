/** When a run is over, seen from outside: what counts is whether anything moves, not who moves it, nor how long it takes in all. */
import { describe, expect, it } from 'vitest';
import { progressBuffer, ProgressRow } from '../src/run/progress.js';
import { untilOver, type Watched } from '../src/run/watch.js';

/** One correct node, and a group that is told at each look what it shall be. */
function watched(
  look: (looks: number, row: ProgressRow) => { quiet: boolean; activity: number },
  timeout = 40,
): Watched {
  const row = new ProgressRow(progressBuffer(1), 0);
  let looks = 0;
  let now = { quiet: false, activity: 0 };
  return {
    group: {
      activity: () => {
        now = look(++looks, row);
        return now.activity;
      },
      quiet: () => now.quiet,
    },
    rows: [row],
    timeout,
    signal: new AbortController().signal,
    watch: () => undefined,
  };
}

describe('a run on threads', () => {
  it('is not given up while frames move that only a node which is far behind still reads', async () => {
    // Fourteen looks take longer than the timeout; the only correct node has finished before the first of them.
    const ending = await untilOver(watched((looks) => ({ quiet: looks > 14, activity: Math.min(looks, 14) })));
    expect(ending).toBe('quiet');
  });

  it('is not given up while values come out, however long it takes', async () => {
    const ending = await untilOver(
      watched((looks, row) => {
        row.delivered = Math.min(looks, 14);
        return { quiet: looks > 14, activity: 0 };
      }),
    );
    expect(ending).toBe('quiet');
  });

  it('is given up when nothing moves and something still holds', async () => {
    expect(await untilOver(watched(() => ({ quiet: false, activity: 1 })))).toBe('timeout');
  });

  it('is given up when everything moves for ever and nothing comes of it', async () => {
    expect(await untilOver(watched((looks) => ({ quiet: false, activity: looks }), 1))).toBe('timeout');
  });

  it('is over only when it is seen at rest twice with nothing in between', async () => {
    let seen = 0;
    const ending = await untilOver(
      watched((looks) => {
        seen = looks;
        return { quiet: true, activity: Math.min(looks, 7) };
      }),
    );
    expect({ ending, seen }).toEqual({ ending: 'quiet', seen: 8 });
  });
});
