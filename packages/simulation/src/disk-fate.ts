import { QuorateError } from '@quorate/transport';
import { whole } from './whole.js';

export interface DiskOptions {
  /** Ticks that a write takes, each number equally likely. Default 1 … 3; 0 … 0 is a disk that never makes anybody wait for a tick. */
  readonly latency?: { readonly min: number; readonly max: number };
  /** Of what was being written when the node crashed, a drawn part is on the disk nevertheless: whole records alone count. Default false. */
  readonly torn?: boolean;
}

/** What a node finds on its disk when it starts again: everything, nothing, or the records that end within the first so many bytes. */
export type DiskFate = 'kept' | 'lost' | { readonly cutAt: number };

/** Checks the options. Throws Q5017. */
export function diskLatency({ latency = { min: 1, max: 3 } }: DiskOptions): {
  readonly min: number;
  readonly max: number;
} {
  const { min, max } = latency;
  if (Number.isSafeInteger(min) && Number.isSafeInteger(max) && min >= 0 && min <= max) return latency;
  throw new QuorateError(
    'Q5017',
    `a write cannot take ${min} … ${max} ticks`,
    'use whole numbers ≥ 0, the smaller one first',
  );
}

/** Checks what somebody says of a disk. Throws Q5016 or Q5017. */
export function diskFate(fate: DiskFate): DiskFate {
  if (fate === 'kept' || fate === 'lost') return fate;
  if (typeof fate !== 'object' || fate === null) {
    throw new QuorateError('Q5017', `a disk cannot be "${String(fate)}"`, 'use kept, lost or { cutAt: byte }');
  }
  whole('the byte at which a disk is cut', fate.cutAt);
  return fate;
}
