import type { Terminal } from './terminal.js';

/** Shows how far a long work has come. */
export interface ProgressBar {
  update(done: number): void;
  end(): void;
}

/** Work that is done within this time needs no bar, in milliseconds. */
const patience = 500;

const none: ProgressBar = { update: () => undefined, end: () => undefined };

/** A bar on standard error with rate and time left, if somebody would see it; it appears when the work turns out to be long. */
export async function progressBar(terminal: Terminal, total: number, unit: string): Promise<ProgressBar> {
  if (!terminal.showsProgress || total <= 0) return none;
  const { SingleBar } = await import('cli-progress');
  const format = `{bar} {percentage} %  {value} of {total} ${unit}  {rate}/s  {eta_formatted} left`;
  const bar = new SingleBar({
    format,
    stream: process.stderr,
    clearOnComplete: true,
    hideCursor: true,
    etaBuffer: 100,
  });
  let shown = false;
  /** When the work was first said to go on. */
  let begun: number | undefined;
  return {
    update(done) {
      begun ??= Date.now();
      const elapsed = Date.now() - begun;
      if (!shown && elapsed < patience) return;
      if (!shown) bar.start(total, done, { rate: 0 });
      shown = true;
      bar.update(Math.min(done, total), { rate: elapsed > 0 ? Math.round((done * 1000) / elapsed) : 0 });
    },
    end() {
      if (shown) bar.stop();
      shown = false;
    },
  };
}
