import { createGroup, nodeIds, type LinkEvent, type NodeId, type TransportHandler } from '../../src/index.js';
import type { LinkOffer } from '../../src/worker-threads/link.js';
import { Mesh } from '../../src/worker-threads/mesh.js';
import { WorkerTransport } from '../../src/worker-threads/worker-transport.js';

export interface InThreadOptions {
  readonly nodes?: number;
  readonly faulty?: number;
  readonly ringBytes?: number;
  readonly outboxBytes?: number;
  readonly maxFrameBytes?: number;
  /** Group ids, where they differ. */
  readonly groupId?: (node: NodeId) => string;
}

/** What a node was told: frames as text, link events in words. */
export class Told implements TransportHandler {
  readonly transport: WorkerTransport;
  readonly log: string[] = [];
  readonly events: LinkEvent[] = [];
  frames = 0;
  bytes = 0;
  writables = 0;
  onFrame: ((from: NodeId, text: string) => void) | undefined;
  #waiting: { readonly holds: () => boolean; readonly resolve: () => void }[] = [];

  constructor(transport: WorkerTransport) {
    this.transport = transport;
  }

  frame(from: NodeId, bytes: Uint8Array, start: number, end: number): void {
    this.frames++;
    this.bytes += end - start;
    const text = Buffer.from(bytes.subarray(start, end)).toString('latin1');
    if (text.length <= 32) this.log.push(`${from}: ${text}`);
    this.onFrame?.(from, text);
  }

  turn(): void {
    this.transport.flush();
    this.#check();
  }

  link(peer: NodeId, event: LinkEvent): void {
    this.events.push(event);
    this.log.push(`${peer} ${event.kind}${event.kind === 'overrun' ? ` ${event.direction}` : ''}`);
  }

  writable(): void {
    this.writables++;
  }

  /** Resolves at the end of a turn after which it holds. */
  until(holds: () => boolean): Promise<void> {
    return holds() ? Promise.resolve() : new Promise((resolve) => this.#waiting.push({ holds, resolve }));
  }

  #check(): void {
    const due = this.#waiting.filter(({ holds }) => holds());
    this.#waiting = this.#waiting.filter((waiting) => !due.includes(waiting));
    for (const { resolve } of due) resolve();
  }
}

/** Transports that share memory as between threads, but live in one: so that a test sees both ends, and the memory. */
export class InThread {
  readonly mesh: Mesh;
  readonly nodes: readonly Told[];
  /** The ring from one node to another. */
  readonly rings = new Map<string, SharedArrayBuffer>();
  readonly #ids: readonly NodeId[];

  constructor(options: InThreadOptions = {}) {
    const { nodes = 2, faulty = 0, ringBytes = 1024, outboxBytes = 4096, maxFrameBytes = 2048 } = options;
    const group = createGroup({ nodes, faulty });
    this.mesh = new Mesh(group, ringBytes);
    this.#ids = nodeIds(group);
    const offers = this.#offers();
    this.nodes = this.#ids.map((self) => {
      const transport = new WorkerTransport(
        {
          groupId: options.groupId?.(self) ?? this.mesh.id,
          group,
          self,
          incarnation: 0,
          states: this.mesh.states,
          ringBytes,
          maxFrameBytes,
          limits: { outboxBytes, highWater: outboxBytes / 2, lowWater: outboxBytes / 4 },
          processors: 1,
          links: offers[self] ?? [],
        },
        () => undefined,
      );
      return new Told(transport);
    });
  }

  node(id: number): Told {
    const node = this.nodes[id];
    if (node === undefined) throw new Error(`no node ${id}`);
    return node;
  }

  id(node: number): NodeId {
    const id = this.#ids[node];
    if (id === undefined) throw new Error(`no node ${node}`);
    return id;
  }

  open(): void {
    for (const node of this.nodes) node.transport.open(node);
  }

  /** The memory of the ring from one node to another, as words. */
  ring(from: number, to: number): Int32Array {
    const memory = this.rings.get(`${from} ${to}`);
    if (memory === undefined) throw new Error(`no ring from ${from} to ${to}`);
    return new Int32Array(memory);
  }

  send(from: number, to: number, text: string): void {
    const bytes = Buffer.from(text, 'latin1');
    this.node(from).transport.send(this.id(to), bytes, 0, bytes.length);
  }

  /** Waits until nobody has anything to do, but those who have closed. */
  async quiet(closed: readonly number[] = []): Promise<void> {
    const ids = this.#ids.filter((id) => !closed.includes(id));
    for (let before = -1; !(this.mesh.quiet(ids) && this.mesh.activity() === before);) {
      before = this.mesh.activity();
      await new Promise((resolve) => void setImmediate(resolve));
    }
  }

  async close(): Promise<void> {
    for (const { transport } of this.nodes) await transport.close();
  }

  #offers(): LinkOffer[][] {
    const offers: LinkOffer[][] = this.#ids.map(() => []);
    for (const first of this.#ids) {
      for (const second of this.#ids.slice(first + 1)) {
        const pair = this.mesh.link({ id: first, incarnation: 0 }, { id: second, incarnation: 0 });
        offers[first]?.push(pair.first);
        offers[second]?.push(pair.second);
        this.rings.set(`${first} ${second}`, pair.first.outbound);
        this.rings.set(`${second} ${first}`, pair.first.inbound);
      }
    }
    return offers;
  }
}
