/** The compliance suite is a checker, so here are the transports that it must reject, each for one broken promise. */
import { expect, test } from 'vitest';
import { transportCompliance, type TestFramework } from '../src/compliance.js';
import type { MemoryGroup, NodeId, Transport, TransportHandler } from '../src/index.js';
import { openMemory } from './memory-under-test.js';
import { WrappedTransport } from './wrapped-transport.js';

/** All tests of the suite by title, for a transport with something around it. */
function suite(wrap?: (transport: Transport, memory: MemoryGroup) => Transport): Map<string, () => Promise<void>> {
  const tests = new Map<string, () => Promise<void>>();
  const framework: TestFramework = {
    describe: (_, body) => body(),
    it: (title, body) => void tests.set(title, body),
    expect,
  };
  const open = openMemory(wrap === undefined ? { schedule: setImmediate } : { schedule: setImmediate, wrap });
  transportCompliance(framework, { name: '', open, restarts: true, tellsQuiet: true, leavesEventLoopFree: true });
  return tests;
}

/** So many turns of the event loop. */
const turns = async (): Promise<string> => {
  for (let turn = 0; turn < 5000; turn++) await new Promise<void>((resolve) => void setImmediate(resolve));
  return 'stuck';
};

/** Runs a test: it passes, fails, or waits for what never comes. In memory everything that comes has come after so many turns. */
async function verdict(body: () => Promise<void>): Promise<string> {
  const passed = body().then(
    () => 'passed',
    () => 'failed',
  );
  return Promise.race([passed, turns()]);
}

/** A test of the suite that is surely there. */
function named(title: string, tests: Map<string, () => Promise<void>>): () => Promise<void> {
  const body = tests.get(title);
  if (body === undefined) throw new Error(`the suite has no test “${title}”`);
  return body;
}

type Handling = (handler: TransportHandler, transport: Transport) => Partial<TransportHandler>;

/** A transport whose handler is told something else. */
const telling = (change: Handling) =>
  class extends WrappedTransport {
    override open(handler: TransportHandler): void {
      const told: TransportHandler = {
        frame: (from, bytes, start, end) => handler.frame(from, bytes, start, end),
        turn: () => handler.turn(),
        link: (peer, event) => handler.link(peer, event),
        writable: () => handler.writable(),
      };
      super.open({ ...told, ...change(handler, this.inner) });
    }
  };

const bad: Record<
  string,
  { readonly test: string; readonly of: new (inner: Transport, memory: MemoryGroup) => Transport }
> = {
  'loses a frame now and then': {
    test: 'NET-11 bursts: 10,000 frames from everybody at once',
    of: telling((handler) => {
      let frames = 0;
      return { frame: (...frame) => void (++frames % 5000 !== 0 && handler.frame(...frame)) };
    }),
  },
  'tells a frame twice': {
    test: 'from is the link, and each link keeps its order',
    of: telling((handler) => {
      let frames = 0;
      return {
        frame: (...frame) => {
          handler.frame(...frame);
          if (++frames === 1000) handler.frame(...frame);
        },
      };
    }),
  },
  'swaps neighbours': {
    test: 'from is the link, and each link keeps its order',
    of: telling((handler) => {
      let kept: { from: NodeId; bytes: Uint8Array } | undefined;
      return {
        frame: (from, bytes, start, end) => {
          const frame = { from, bytes: bytes.slice(start, end) };
          if (kept === undefined) {
            kept = frame;
            return;
          }
          handler.frame(from, frame.bytes, 0, frame.bytes.length);
          handler.frame(kept.from, kept.bytes, 0, kept.bytes.length);
          kept = undefined;
        },
      };
    }),
  },
  'believes somebody else about from': {
    test: 'from is the link, and each link keeps its order',
    of: telling((handler, { group }) => ({
      frame: (from, bytes, start, end) => handler.frame(((from + 1) % group.n) as NodeId, bytes, start, end),
    })),
  },
  'changes a byte of long frames': {
    test: 'carries every length byte for byte, and no longer frame',
    of: telling((handler) => ({
      frame: (from, bytes, start, end) => {
        if (end - start === 65_537) bytes[end - 1] = (bytes[end - 1] ?? 0) ^ 1;
        handler.frame(from, bytes, start, end);
      },
    })),
  },
  'swallows empty frames': {
    test: 'carries every length byte for byte, and no longer frame',
    of: telling((handler) => ({
      frame: (from, bytes, start, end) => void (end > start && handler.frame(from, bytes, start, end)),
    })),
  },
  'cuts what is too long': {
    test: 'carries every length byte for byte, and no longer frame',
    of: class extends WrappedTransport {
      override send(to: NodeId, bytes: Uint8Array, start: number, end: number): void {
        super.send(to, bytes, start, Math.min(end, start + this.maxFrameBytes));
      }
    },
  },
  'sends the whole buffer': {
    test: 'carries every length byte for byte, and no longer frame',
    of: class extends WrappedTransport {
      override send(to: NodeId, bytes: Uint8Array): void {
        super.send(to, bytes, 0, Math.min(bytes.length, this.maxFrameBytes));
      }
    },
  },
  'sends what stands in the buffer when it is flushed': {
    test: 'from is the link, and each link keeps its order',
    of: class extends WrappedTransport {
      #late: (() => void)[] = [];

      override broadcast(bytes: Uint8Array, start: number, end: number): void {
        this.#late.push(() => super.broadcast(bytes, start, end));
      }

      override flush(): void {
        for (const send of this.#late.splice(0)) send();
        super.flush();
      }
    },
  },
  'opens again and again': {
    test: 'says who a node is, and opens once',
    of: class extends WrappedTransport {
      #opened = false;

      override open(handler: TransportHandler): void {
        if (!this.#opened) super.open(handler);
        this.#opened = true;
      }
    },
  },
  'lets a stopped reader hold up the others': {
    test: 'a paused reader is told nothing, keeps what waits, and holds up nobody',
    of: class extends WrappedTransport {
      readonly #memory: MemoryGroup;

      constructor(inner: Transport, memory: MemoryGroup) {
        super(inner);
        this.#memory = memory;
      }

      override pause(): void {
        for (let node = 0; node < this.group.n; node++) this.#memory.transport(node).pause();
      }
    },
  },
  'reads on when paused': {
    test: 'a paused reader is told nothing, keeps what waits, and holds up nobody',
    of: class extends WrappedTransport {
      override pause(): void {
        this.calls.flush++;
      }
    },
  },
  'pauses at the end of the turn only': {
    test: 'pause acts from the next frame on',
    of: class extends WrappedTransport {
      override pause(): void {
        setImmediate(() => super.pause());
      }
    },
  },
  'cuts off without a word': {
    test: 'overrun: whoever does not read is cut off, both ends learn it, and the link opens again',
    of: telling((handler) => ({ link: (peer, event) => void (event.kind !== 'overrun' && handler.link(peer, event)) })),
  },
  'does not say when the link opens again': {
    test: 'overrun: whoever does not read is cut off, both ends learn it, and the link opens again',
    of: telling((handler) => ({
      link: (peer, event) => void (event.kind !== 'reopened' && handler.link(peer, event)),
    })),
  },
  'lets one slow peer congest': {
    test: 'up to f stopped readers hold up nobody',
    of: class extends WrappedTransport {
      #sent = 0;

      override send(...frame: Parameters<Transport['send']>): void {
        this.#sent++;
        super.send(...frame);
      }

      override get congested(): boolean {
        return this.#sent > 20;
      }
    },
  },
  'is never congested': {
    test: 'more than f full outboxes are congestion, until they are read',
    of: class extends WrappedTransport {
      override get congested(): boolean {
        return false;
      }
    },
  },
  'does not say when it is writable again': {
    test: 'more than f full outboxes are congestion, until they are read',
    of: telling(() => ({ writable: () => undefined })),
  },
  'tells something while it is telling something else': {
    test: 'all full at once: handlers that send while draining do not block each other',
    of: class extends WrappedTransport {
      #handler: TransportHandler | undefined;

      override open(handler: TransportHandler): void {
        this.#handler = handler;
        super.open(handler);
      }

      override broadcast(bytes: Uint8Array, start: number, end: number): void {
        super.broadcast(bytes, start, end);
        this.#handler?.turn();
      }
    },
  },
  'forgets what was sent before it closed': {
    test: 'what was sent before closing arrives, then the end; closing twice is closing once',
    of: class extends WrappedTransport {
      readonly #memory: MemoryGroup;

      constructor(inner: Transport, memory: MemoryGroup) {
        super(inner);
        this.#memory = memory;
      }

      override close(): Promise<void> {
        if (this.inner === this.#memory.transport(this.self)) this.#memory.crash(this.self);
        return super.close();
      }
    },
  },
  'does not say that a peer has closed': {
    test: 'what was sent before closing arrives, then the end; closing twice is closing once',
    of: telling((handler) => ({ link: (peer, event) => void (event.kind !== 'closed' && handler.link(peer, event)) })),
  },
  'tells frames after it was closed': {
    test: 'close while sending: the others go on, and the one that closed is told nothing more',
    of: class extends WrappedTransport {
      override async close(): Promise<void> {
        await new Promise<void>((resolve) => void setImmediate(resolve));
        await super.close();
      }
    },
  },
  'runs at once what is scheduled': {
    test: 'what is scheduled runs later, and never after closing',
    of: class extends WrappedTransport {
      override schedule(run: () => void): void {
        run();
        this.calls.flush++;
      }
    },
  },
  'runs after closing what was scheduled before': {
    test: 'what is scheduled runs later, and never after closing',
    of: class extends WrappedTransport {
      override schedule(run: () => void): void {
        queueMicrotask(run);
        this.calls.flush++;
      }
    },
  },
  'keeps its incarnation': {
    test: 'a new life has the next incarnation, and its links open again',
    of: class extends WrappedTransport {
      override get incarnation(): number {
        return 0;
      }
    },
  },
  'does not hold': {
    test: 'neither while a node holds, nor while one does not read',
    of: class extends WrappedTransport {
      override hold(): () => void {
        return () => void this.calls.flush++;
      }
    },
  },
};

test.each(Object.entries(bad))('a transport that %s is rejected', async (_, { test: title, of }) => {
  const broken = suite((transport, memory) => new of(transport, memory));
  expect(await verdict(named(title, broken))).not.toBe('passed');
  // It is this promise that is broken: the same test passes with nothing around the transport.
  expect(await verdict(named(title, suite()))).toBe('passed');
});
