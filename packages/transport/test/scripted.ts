import {
  bytes,
  integer,
  record,
  type Effect,
  type NodeId,
  type Schema,
  type Step,
  type TimedProtocol,
} from '../src/index.js';

export interface Note {
  readonly number: number;
  readonly padding: Uint8Array;
}

export const noteSchema: Schema<Note> = record<Note>({
  number: integer({ max: 1_000_000_000 }),
  padding: bytes({ max: 65_536 }),
});

export const note = (number: number, padding: Uint8Array = new Uint8Array(0)): Note => ({ number, padding });

export type Timer = string | { readonly [name: string]: number };
export type NoteEffect = Effect<Note, unknown, Timer>;

/** A protocol that does what a test tells it to do, and notes what it is told. */
export class Scripted implements TimedProtocol<number, Note, unknown, Timer> {
  readonly schema: Schema<Note> = noteSchema;
  ready = true;
  /** What happened, in order. */
  readonly events: string[] = [];
  onInput: (value: number) => Step<Note, unknown, Timer> = () => [];
  onReceive: (from: NodeId, message: Note) => Step<Note, unknown, Timer> = () => [];
  onExpire: (timer: Timer) => Step<Note, unknown, Timer> = () => [];

  input(value: number): Step<Note, unknown, Timer> {
    this.events.push(`input ${value}`);
    return this.onInput(value);
  }

  receive(from: NodeId, message: Note): Step<Note, unknown, Timer> {
    this.events.push(`receive ${message.number} from ${from}`);
    return this.onReceive(from, message);
  }

  expire(timer: Timer): Step<Note, unknown, Timer> {
    this.events.push(`expire ${JSON.stringify(timer)}`);
    return this.onExpire(timer);
  }

  reopened(peer: NodeId): Step<Note, unknown, Timer> {
    this.events.push(`reopened ${peer}`);
    return [];
  }
}

export const send = (to: NodeId | 'all', number: number): NoteEffect => ({ kind: 'send', to, message: note(number) });
export const output = (value: unknown): NoteEffect => ({ kind: 'output', value });
export const arm = (timer: Timer, ticks: number): NoteEffect => ({ kind: 'arm', timer, ticks });
export const cancel = (timer: Timer): NoteEffect => ({ kind: 'cancel', timer });
