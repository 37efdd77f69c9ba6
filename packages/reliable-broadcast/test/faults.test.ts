import { createGroup, nodeId, type Fault } from '@quorate/transport';
import { describe, expect, it } from 'vitest';
import { broadcastProperties } from '../src/index.js';
import * as faults from '../src/faults.js';

const sender = nodeId(createGroup({ nodes: 4 }), 3);
const [first, second] = [Uint8Array.of(1), Uint8Array.of(2)];

describe('faults', () => {
  it('every kind that can be reported is among those that a campaign looks out for', () => {
    const { faultKinds, ...makers } = faults;
    const all: Readonly<Record<keyof typeof makers, Fault>> = {
      equivocatingInput: faults.equivocatingInput(sender, 0, first, second),
      doubleEcho: faults.doubleEcho(sender, 0, first, second),
      doubleVote: faults.doubleVote(sender, 0, first, second),
      forgedSender: faults.forgedSender(sender, 0),
      fabricated: faults.fabricated(0),
      flooding: faults.flooding(1000),
      beyondTheLog: faults.beyondTheLog(sender, 0, 9),
    };
    expect(new Set(Object.values(all).map(({ kind }) => kind))).toEqual(new Set(faultKinds));
    expect(broadcastProperties.faults).toBe(faultKinds);
  });
});
