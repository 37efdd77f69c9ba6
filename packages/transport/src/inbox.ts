import type { NodeId } from './node-id.js';

/** A message of the basic layer. */
export interface EndpointMessage {
  /** The link it came in on. */
  readonly from: NodeId;
  readonly tag: string;
  readonly round: number;
  /** The receiver's own copy. */
  readonly payload: Uint8Array;
}

/** Which messages are wanted; what is left out does not matter. */
export interface MessageQuery {
  readonly from?: NodeId;
  readonly tag?: string;
  readonly round?: number;
}

export const matches = (query: MessageQuery, message: EndpointMessage): boolean =>
  (query.from === undefined || query.from === message.from) &&
  (query.tag === undefined || query.tag === message.tag) &&
  (query.round === undefined || query.round === message.round);

interface Kept {
  readonly message: EndpointMessage;
  /** Counts all messages of all peers, so that the oldest can be told across peers. */
  readonly arrival: number;
}

/** The unread messages of one peer, oldest first. */
interface Box {
  kept: Kept[];
  bytes: number;
}

/**
 * Messages that nobody has asked for yet, by peer and in order. Each peer has room for so many messages and bytes; of one
 * that sends more, the oldest are dropped. The newest message stays, whatever its length.
 */
export class Inbox {
  readonly #boxes: readonly Box[];
  readonly #maxMessages: number;
  readonly #maxBytes: number;
  #arrivals = 0;

  constructor(peers: number, maxMessages: number, maxBytes: number) {
    this.#boxes = Array.from({ length: peers }, () => ({ kept: [], bytes: 0 }));
    this.#maxMessages = maxMessages;
    this.#maxBytes = maxBytes;
  }

  /** Keeps a message. Answers how many older ones of the same peer had to go. */
  put(message: EndpointMessage): number {
    const box = this.#boxes[message.from];
    if (box === undefined) return 0;
    box.kept.push({ message, arrival: this.#arrivals++ });
    box.bytes += message.payload.length;
    let dropped = 0;
    let { bytes } = box;
    while (box.kept.length - dropped > 1 && (box.kept.length - dropped > this.#maxMessages || bytes > this.#maxBytes)) {
      bytes -= box.kept[dropped]?.message.payload.length ?? 0;
      dropped++;
    }
    if (dropped > 0) box.kept.splice(0, dropped);
    box.bytes = bytes;
    return dropped;
  }

  /** Takes the oldest message that matches. */
  take(query: MessageQuery): EndpointMessage | undefined {
    const boxes = query.from === undefined ? this.#boxes : this.#boxes.slice(query.from, query.from + 1);
    let best: { box: Box; at: number; arrival: number } | undefined;
    for (const box of boxes) {
      const at = box.kept.findIndex(({ message }) => matches(query, message));
      const arrival = box.kept[at]?.arrival ?? Infinity;
      if (arrival < (best?.arrival ?? Infinity)) best = { box, at, arrival };
    }
    if (best === undefined) return undefined;
    const [taken] = best.box.kept.splice(best.at, 1);
    best.box.bytes -= taken?.message.payload.length ?? 0;
    return taken?.message;
  }

  /** Takes everything, in the order in which it came. */
  takeAll(): EndpointMessage[] {
    const kept = this.#boxes.flatMap((box) => {
      box.bytes = 0;
      return box.kept.splice(0);
    });
    return kept.toSorted((a, b) => a.arrival - b.arrival).map(({ message }) => message);
  }
}
