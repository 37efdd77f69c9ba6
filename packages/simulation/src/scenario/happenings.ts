import type { SimulationEvent } from '../simulation-event.js';
import { writeMessage } from './notation.js';

/** What happened, as lines in which nodes to which the same happened stand together. */
export class Happenings {
  readonly #lines = new Map<string, Set<number>>();
  readonly #liars: readonly number[];
  /** Whether sends are told: those of correct nodes, because the others say what the scenario says. */
  sends = false;

  constructor(liars: readonly number[]) {
    this.#liars = liars;
  }

  note(event: SimulationEvent<unknown, unknown, unknown>): void {
    if (event.kind === 'output') this.add(event.node, `output ${writeMessage(event.value)}`);
    if (event.kind === 'fault') {
      const { peer, fault } = event.report;
      this.add(event.node, `${fault.certainty} against ${peer}: ${fault.kind}`);
    }
    if (event.kind === 'send' && this.sends && !this.#liars.includes(event.node))
      this.add(event.node, `send to ${event.to}: ${writeMessage(event.message)}`);
  }

  /** Something that happened to a node, or with -1 to the group. */
  add(node: number, what: string): void {
    const nodes = this.#lines.get(what) ?? new Set();
    if (nodes.has(node)) this.add(node, `${what} (again)`);
    else this.#lines.set(what, nodes.add(node));
  }

  /** What happened since the last time. */
  take(): string {
    const lines = [...this.#lines].map(([what, nodes]) => {
      const names = [...nodes].filter((node) => node >= 0).toSorted((a, b) => a - b);
      return names.length === 0 ? what : `${names.length === 1 ? 'node' : 'nodes'} ${names.join(' ')}: ${what}`;
    });
    this.#lines.clear();
    return lines.length === 0 ? 'nothing' : lines.join('\n');
  }
}
