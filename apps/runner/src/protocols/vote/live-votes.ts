/** How far the rounds have come, node by node, while they run and somebody looks on. */
import { counted, grouped } from '../../output/quantity.js';
import { indented, table } from '../../output/table.js';
import type { Terminal } from '../../output/terminal.js';
import { correctNodes, type RunPlan } from '../../run/plan.js';

/** Rounds that are done within this time need no table; and time between two looks at it; in milliseconds. */
const patience = 500;
const lookEvery = 100;

/** Lines of a terminal: up so many, and forget what stands below. */
const back = (lines: number): string => (lines === 0 ? '' : `\u001B[${lines}A\u001B[0J`);

/** A table on standard error that is drawn over itself. */
export class LiveVotes {
  readonly #terminal: Terminal;
  readonly #plan: RunPlan;
  readonly #rounds: number;
  readonly #now: () => number;
  readonly #begun: number;
  #next: number;
  #lines = 0;

  constructor(terminal: Terminal, plan: RunPlan, rounds: number, now: () => number = () => performance.now()) {
    this.#terminal = terminal;
    this.#plan = plan;
    this.#rounds = rounds;
    this.#now = now;
    this.#begun = now();
    this.#next = this.#begun + patience;
  }

  /** Rounds that each correct node has decided, in their order. */
  update(decided: readonly number[]): void {
    const now = this.#now();
    if (now < this.#next || !this.#terminal.showsProgress) return;
    this.#next = now + lookEvery;
    const text = this.#page(decided, (now - this.#begun) / 1000);
    this.#terminal.progress(`${back(this.#lines)}${text}`);
    this.#lines = text.split('\n').length;
  }

  /** Nothing of the table stays. */
  end(): void {
    if (this.#lines > 0) this.#terminal.erase(back(this.#lines));
    this.#lines = 0;
  }

  #page(decided: readonly number[], seconds: number): string {
    const { dim, green, red } = this.#terminal.colors;
    const correct = correctNodes(this.#plan);
    const slowest = Math.min(...decided);
    const rows = Array.from({ length: this.#plan.group.n }, (_, node): readonly string[] => {
      const place = correct.indexOf(node);
      if (place >= 0) return [`node ${node}`, green('decided'), grouped(decided[place] ?? 0)];
      const behaviour = this.#plan.faults.find((fault) => fault.node === node)?.behaviour;
      return [`node ${node}`, red(behaviour ?? 'lost its log'), ''];
    });
    const rate = dim(`${grouped(slowest / seconds)} a second`);
    return `${counted(slowest, 'round')} of ${grouped(this.#rounds)}  ${rate}\n${indented(table(rows, ['left', 'left', 'right']))}`;
  }
}
