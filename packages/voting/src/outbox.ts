/** What this node wants done, in its order, until the step that says so is over. */
import { noEffects, type Effect, type NodeId, type Step } from '@quorate/transport/contract';
import type { Message } from './message.js';
import type { Output } from './output.js';
import type { LogRecord } from './record.js';
import type { Timer } from './timer.js';

export type VotingStep = Step<Message, Output, Timer, LogRecord>;

export class Outbox {
  #effects: Effect<Message, Output, Timer, LogRecord>[] = [];

  add(effect: VotingStep[number]): void {
    this.#effects.push(effect);
  }

  send(to: NodeId | 'all', message: Message): void {
    this.add({ kind: 'send', to, message });
  }

  arm(timer: Timer, ticks: number): void {
    this.add({ kind: 'arm', timer, ticks });
  }

  cancel(timer: Timer): void {
    this.add({ kind: 'cancel', timer });
  }

  tell(value: Output): void {
    this.add({ kind: 'output', value });
  }

  persist(record: LogRecord): void {
    this.add({ kind: 'persist', record });
  }

  /** The step that was put together since the last one. */
  take(): VotingStep {
    const effects = this.#effects;
    if (effects.length === 0) return noEffects;
    this.#effects = [];
    return effects;
  }
}
