import { bytes, integer, union, type NodeId, type Protocol, type Schema, type Step } from '../src/index.js';

export type EchoMessage =
  | { readonly kind: 'say'; readonly sequence: number; readonly payload: Uint8Array }
  | { readonly kind: 'heard'; readonly speaker: number; readonly sequence: number };

/** What one node heard, or learned that somebody else had heard. */
export interface Heard {
  readonly by: NodeId;
  readonly speaker: number;
  readonly sequence: number;
}

const echoSchema: Schema<EchoMessage> = union<EchoMessage>({
  say: { sequence: integer({ max: 0xffff_ffff }), payload: bytes({ max: 65_536 }) },
  heard: { speaker: integer({ max: 255 }), sequence: integer({ max: 0xffff_ffff }) },
});

/** Says its inputs to everybody; everybody tells everybody what it heard: n + n² messages per input. */
export class Echo implements Protocol<Uint8Array, EchoMessage, Heard> {
  readonly schema: Schema<EchoMessage> = echoSchema;
  ready = true;
  readonly reopenedPeers: NodeId[] = [];
  #next = 0;

  input(payload: Uint8Array): Step<EchoMessage, Heard> {
    return [{ kind: 'send', to: 'all', message: { kind: 'say', sequence: this.#next++, payload } }];
  }

  receive(from: NodeId, message: EchoMessage): Step<EchoMessage, Heard> {
    if (message.kind === 'heard') {
      return [{ kind: 'output', value: { by: from, speaker: message.speaker, sequence: message.sequence } }];
    }
    return [{ kind: 'send', to: 'all', message: { kind: 'heard', speaker: from, sequence: message.sequence } }];
  }

  reopened(peer: NodeId): Step<EchoMessage, Heard> {
    this.reopenedPeers.push(peer);
    return [];
  }
}
