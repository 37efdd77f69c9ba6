/** A node of the transport bench: a member of a group, or of a mesh of plain ports to compare with. */
import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import { nodeIds, type NodeId, type Transport } from '@quorate/transport';
import { joinGroup } from '@quorate/transport/worker-threads';
import type { BenchCommand, BenchReply, BenchTask } from './transport.js';

/** Frames to each peer before the event loop, and the frames that came in meanwhile, have their turn. */
const burst = 256;
/** Frames that may be under way to a peer over a plain port, which has no back-pressure of its own. */
const portWindow = 4096;
/** How often a plain port's reader says that it has read on. */
const acknowledgeEvery = 512;
const warmUpRounds = 5000;

/** Either kind of mesh, as the bench uses it. */
interface Carrier {
  /** Frames that came in. */
  readonly received: number;
  /** Whether to wait until `onRoom` is called. */
  readonly full: boolean;
  onFrame: (() => void) | undefined;
  onRoom: (() => void) | undefined;
  broadcast(): void;
  flush(): void;
  /** Calls `run` when frames that came in meanwhile had their turn. */
  later(run: () => void): void;
  /** One frame between nodes 0 and 1. */
  pass(): void;
}

/** The transport's public API. */
class RingCarrier implements Carrier {
  received = 0;
  onFrame: (() => void) | undefined;
  onRoom: (() => void) | undefined;
  readonly #transport: Transport;
  readonly #frame: Uint8Array;
  readonly #partner: NodeId | undefined;

  constructor(transport: Transport, frame: Uint8Array) {
    this.#transport = transport;
    this.#frame = frame;
    this.#partner = nodeIds(transport.group)[transport.self === 0 ? 1 : 0];
    transport.open({
      frame: (_, bytes, start, end) => {
        if (end - start !== frame.length || bytes.length < end) throw new Error('a frame of another length');
        this.received++;
        this.onFrame?.();
      },
      turn: () => transport.flush(),
      link: (_, { kind }) => {
        if (kind !== 'opened' && kind !== 'closed') throw new Error(`a link is ${kind}`);
      },
      writable: () => this.onRoom?.(),
    });
  }

  get full(): boolean {
    return this.#transport.congested;
  }

  broadcast(): void {
    this.#transport.broadcast(this.#frame, 0, this.#frame.length);
  }

  flush(): void {
    this.#transport.flush();
  }

  later(run: () => void): void {
    this.#transport.schedule(run);
  }

  pass(): void {
    if (this.#partner !== undefined) this.#transport.send(this.#partner, this.#frame, 0, this.#frame.length);
    this.flush();
  }
}

/** A port between each two workers, a message for each frame. */
class PortCarrier implements Carrier {
  received = 0;
  onFrame: (() => void) | undefined;
  onRoom: (() => void) | undefined;
  readonly #ports: readonly MessagePort[];
  readonly #frame: Uint8Array;
  readonly #underWay: number[];

  constructor(ports: readonly MessagePort[], frame: Uint8Array) {
    this.#ports = ports;
    this.#frame = frame;
    this.#underWay = ports.map(() => 0);
    for (const [index, port] of ports.entries()) {
      let unacknowledged = 0;
      port.on('message', (message: Uint8Array | number) => {
        if (typeof message === 'number') {
          this.#acknowledged(index, message);
          return;
        }
        this.received++;
        this.onFrame?.();
        if (++unacknowledged < acknowledgeEvery) return;
        port.postMessage(unacknowledged);
        unacknowledged = 0;
      });
    }
  }

  get full(): boolean {
    return this.#underWay.some((count) => count >= portWindow);
  }

  broadcast(): void {
    for (const [index, port] of this.#ports.entries()) {
      port.postMessage(this.#frame);
      this.#underWay[index] = (this.#underWay[index] ?? 0) + 1;
    }
  }

  flush(): void {}

  later(run: () => void): void {
    setImmediate(run);
  }

  pass(): void {
    this.#ports[0]?.postMessage(this.#frame);
  }

  #acknowledged(index: number, count: number): void {
    const before = this.full;
    this.#underWay[index] = (this.#underWay[index] ?? 0) - count;
    if (before && !this.full) this.onRoom?.();
  }
}

/** Sends as fast as the mesh takes it, until it is stopped. */
class Flood {
  readonly #carrier: Carrier;
  #flowing = true;

  constructor(carrier: Carrier) {
    this.#carrier = carrier;
    carrier.onRoom = this.#pump;
    this.#pump();
  }

  stop(): void {
    this.#flowing = false;
  }

  readonly #pump = (): void => {
    const carrier = this.#carrier;
    if (!this.#flowing) return;
    for (let sent = 0; sent < burst && !carrier.full; sent++) carrier.broadcast();
    carrier.flush();
    if (!carrier.full) carrier.later(this.#pump);
  };
}

/** Node 1 sends back what comes; node 0 does so as well, and notes how long each round trip took. */
function pingPong(carrier: Carrier, starts: boolean, rounds: number, done: (micros: number[]) => void): void {
  if (!starts) {
    carrier.onFrame = () => carrier.pass();
    return;
  }
  const micros: number[] = [];
  let round = 0;
  let sent = performance.now();
  carrier.onFrame = () => {
    const now = performance.now();
    if (round++ >= warmUpRounds) micros.push((now - sent) * 1000);
    sent = now;
    if (micros.length < rounds) carrier.pass();
    else done(micros);
  };
  carrier.pass();
}

const { self, payload, ports } = (workerData as { bench: BenchTask }).bench;
const frame = new Uint8Array(payload).fill(self);
const carrier =
  ports === undefined ? new RingCarrier((await joinGroup()).transport, frame) : new PortCarrier(ports, frame);
const reply = (message: BenchReply): void => parentPort?.postMessage(message);
let flood: Flood | undefined;

parentPort?.on('message', (command: BenchCommand) => {
  switch (command.kind) {
    case 'flood':
      flood = new Flood(carrier);
      return;
    case 'count':
      return reply({ kind: 'count', frames: carrier.received, at: performance.now() });
    case 'stop':
      flood?.stop();
      return reply({ kind: 'stopped' });
    case 'pingPong':
      return pingPong(carrier, self === 0, command.rounds, (micros) => reply({ kind: 'roundTrips', micros }));
  }
});
reply({ kind: 'ready' });
