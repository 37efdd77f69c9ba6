/** What a host itself holds against a peer. */
import type { Refusal } from '@quorate/serialization';
import type { Fault } from './fault.js';
import type { LinkEvent } from './transport.js';

/** Bytes of a malformed message that are kept as evidence. */
const evidenceBytes = 256;

/** A message that is not the canonical encoding of anything in the schema: no correct node sends one. */
export const malformed = (refusal: Refusal, bytes: Uint8Array, start: number, end: number): Fault => ({
  kind: 'malformed',
  certainty: 'proof',
  detail: `${refusal.reason} at byte ${refusal.offset}: expected ${refusal.expected}`,
  // Not `slice`: that of a Buffer is a view.
  evidence: [new Uint8Array(bytes.subarray(start, Math.min(end, start + evidenceBytes)))],
});

/** What a link event says against the peer, if anything: that one left or crashed, or that we were slow, is no fault of it. */
export function faultOf(event: LinkEvent): Fault | undefined {
  switch (event.kind) {
    case 'overrun': {
      if (event.direction === 'in') return undefined;
      const detail = `did not read for so long that ${event.droppedBytes} bytes for it were dropped`;
      return { kind: 'overrun', certainty: 'suspicion', detail, evidence: [] };
    }
    case 'malformed':
      return { kind: 'malformed-frame', certainty: 'proof', detail: event.reason, evidence: [] };
    case 'refused':
      return { kind: 'refused', certainty: 'suspicion', detail: event.reason, evidence: [] };
    default:
      return undefined;
  }
}

/** A peer sent more than anybody read, and an unread message of it had to go. Slowness of our own could look the same. */
export const inboxOverrun: Fault = {
  kind: 'inbox-overrun',
  certainty: 'suspicion',
  detail: 'sent more messages than were asked for: the oldest unread ones are dropped',
  evidence: [],
};
