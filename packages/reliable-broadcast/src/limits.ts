import { QuorateError } from '@quorate/transport/contract';
import { digestBytes } from './message.js';

/** The bounds on what peers can make a node retain. A node with n peers holds at most n times each. */
export interface Limits {
  /** Own broadcasts in flight; `ready` is false beyond. */
  readonly window: number;
  /** Payload bytes of own broadcasts in flight; one broadcast is always allowed. */
  readonly windowBytes: number;
  /** Open instances per sender above its low-water mark. A power of two, larger than every sender's `window`. */
  readonly openInstances: number;
  /** Payload bytes per sender and per peer that brought them; the lowest open instance is always allowed. */
  readonly retainedBytes: number;
  /** Delivered payloads kept per sender for nodes that catch up. A power of two. */
  readonly loggedInstances: number;
  readonly loggedBytes: number;
}

const MiB = 1024 * 1024;

export const defaultLimits: Limits = Object.freeze({
  window: 128,
  windowBytes: 4 * MiB,
  openInstances: 1024,
  retainedBytes: 8 * MiB,
  loggedInstances: 16_384,
  loggedBytes: 16 * MiB,
});

const none: Partial<Limits> = {};

/**
 * The limits for payloads of at most `maxPayload` bytes. Throws Q4003 on limits that would stop a correct sender.
 */
export function limitsFor(maxPayload: number, changes: Partial<Limits> = none): Limits {
  if (!Number.isInteger(maxPayload) || maxPayload < 0 || maxPayload > 256 * MiB) {
    throw new QuorateError('Q4003', `maxPayload cannot be ${maxPayload}`, 'use a whole number of bytes, 0 … 268435456');
  }
  const limits = { ...defaultLimits, ...changes };
  // A correct sender has up to windowBytes and one payload more in flight: its peers must be able to hold that.
  const inFlight = limits.windowBytes + maxPayload;
  limits.retainedBytes = changes.retainedBytes ?? Math.max(limits.retainedBytes, inFlight);
  limits.loggedBytes = changes.loggedBytes ?? Math.max(limits.loggedBytes, inFlight);
  // What nobody changed is right for payloads of any length.
  if (changes === none) return limits;
  for (const [name, value] of Object.entries(limits)) {
    check(Number.isSafeInteger(value) && value > 0, name, value, 'a whole number above 0');
  }
  const { window, openInstances, loggedInstances, retainedBytes } = limits;
  check(
    isPowerOfTwo(openInstances) && openInstances >= window,
    'openInstances',
    openInstances,
    'a power of two ≥ window',
  );
  check(isPowerOfTwo(loggedInstances), 'loggedInstances', loggedInstances, 'a power of two');
  check(retainedBytes >= inFlight, 'retainedBytes', retainedBytes, `at least windowBytes + maxPayload = ${inFlight}`);
  return limits;
}

/**
 * Payload bytes that one peer can have in the open instances of one life of one sender, exceptions included: in the lowest
 * instance it may exceed its quota by an input, an echo and an answer, and in each by four payloads shorter than a digest.
 */
export const retainedPerPeer = ({ retainedBytes, openInstances }: Limits, maxPayload: number): number =>
  retainedBytes + 3 * maxPayload + 4 * digestBytes * openInstances;

const isPowerOfTwo = (value: number): boolean => value <= 2 ** 30 && (value & (value - 1)) === 0;

function check(condition: boolean, name: string, value: number, need: string): void {
  if (!condition) throw new QuorateError('Q4003', `the limit ${name} cannot be ${value}`, `use ${need}`);
}
