/** Protocols with records and timers, small enough to see what a disk or a clock does to them. */
import {
  integer,
  noEffects,
  record,
  union,
  type DurableProtocol,
  type NodeId,
  type Schema,
  type Step,
  type TimedProtocol,
} from '@quorate/transport';

interface Promised {
  readonly kind: 'promise';
  readonly value: number;
}
interface Kept {
  readonly value: number;
}
const promised: Schema<Promised> = union<Promised>({ promise: { value: integer({ max: 1000 }) } });
const kept: Schema<Kept> = record<Kept>({ value: integer({ max: 1000 }) });

type PromiseStep = Step<Promised, number, never, Kept>;

/** Promises the first value that it hears of, to all, and never another one: what it promised it reads from its disk. */
export class PromiseToy implements DurableProtocol<number, Promised, number, Kept> {
  readonly schema: Schema<Promised> = promised;
  readonly recordSchema: Schema<Kept> = kept;
  readonly ready = true;
  readonly forgetful: boolean;
  value: number | undefined;
  /** Who promised what. */
  readonly heard: string[] = [];

  /** A forgetful one says what it has not written down: the known-bad version. */
  constructor(forgetful = false) {
    this.forgetful = forgetful;
  }

  restore(records: readonly Kept[]): PromiseStep {
    const [first] = records;
    if (first !== undefined) this.value = first.value;
    return noEffects;
  }

  input(value: number): PromiseStep {
    return this.#hear(value);
  }

  receive(from: NodeId, { value }: Promised): PromiseStep {
    this.heard.push(`${from}:${value}`);
    return this.#hear(value);
  }

  /** Compacted: its log never holds more than one record. */
  tidy(): PromiseStep {
    return this.value === undefined ? noEffects : [{ kind: 'compact', records: [{ value: this.value }] }];
  }

  #hear(value: number): PromiseStep {
    if (this.value !== undefined) return noEffects;
    this.value = value;
    const said: PromiseStep = [
      { kind: 'send', to: 'all', message: { kind: 'promise', value } },
      { kind: 'output', value },
    ];
    return this.forgetful ? said : [{ kind: 'persist', record: { value } }, ...said];
  }
}

interface Tick {
  readonly kind: 'tick';
  readonly count: number;
}

/** Counts ten ticks of its own clock apart, and says each; a timer that is not due changes nothing. */
export class MetronomeToy implements TimedProtocol<number, Tick, number, 'beat' | 'rest'> {
  readonly schema: Schema<Tick> = union<Tick>({ tick: { count: integer({ max: 1000 }) } });
  readonly ready = true;
  #left = 0;
  #count = 0;

  input(beats: number): Step<Tick, number, 'beat' | 'rest'> {
    this.#left = beats;
    return [{ kind: 'arm', timer: 'beat', ticks: 100 }];
  }

  receive(): Step<Tick, number, 'beat' | 'rest'> {
    return noEffects;
  }

  expire(timer: 'beat' | 'rest'): Step<Tick, number, 'beat' | 'rest'> {
    if (timer === 'rest' || this.#left === 0) return noEffects;
    this.#left--;
    const count = this.#count++;
    return [
      { kind: 'output', value: count },
      this.#left > 0 ? { kind: 'arm', timer: 'beat', ticks: 100 } : { kind: 'cancel', timer: 'beat' },
    ];
  }

  usage(): { readonly left: number } {
    return { left: this.#left };
  }
}
