import { availableParallelism } from 'node:os';
import type { Worker } from 'node:worker_threads';
import { QuorateError } from '@quorate/serialization';
import type { Group } from '../group.js';
import { nodeId, nodeIds, type NodeId } from '../node-id.js';
import { checkCloneable } from './cloneable.js';
import type { FromStarter } from './control.js';
import { wireVersion } from './layout.js';
import { Life, messageOf, type LifeListener } from './life.js';
import type { LinkOffer } from './link.js';
import { Mesh } from './mesh.js';
import type { OutboundLimits } from './outbound.js';
import type { GroupEvent, GroupOptions, NodeFailure, WorkerGroup } from './worker-group.js';

/** How long workers may take to close their transports when the group is closed, in milliseconds. */
const closeTimeout = 1_000;

/** Options with every default filled in, checked. */
export interface CheckedOptions extends GroupOptions {
  readonly ringBytes: number;
  readonly maxFrameBytes: number;
  readonly limits: OutboundLimits;
  readonly joinTimeout: number;
  readonly restarts: number;
}

/** Starts the workers of a group, tells each of the others' lives, and starts crashed ones anew. */
export class Supervisor implements WorkerGroup, LifeListener {
  readonly group: Group;
  readonly #options: CheckedOptions;
  readonly #mesh: Mesh;
  /** The present life of each node, or its last. */
  readonly #lives: Life[] = [];
  readonly #failures: NodeFailure[] = [];
  /** How often each node may still be started anew. */
  readonly #restarts: number[];
  #starting = true;
  #rejectStart: (error: QuorateError) => void = () => undefined;
  #closing: Promise<void> | undefined;
  /** While we wait for transports to close: called when one more has. */
  #oneLess: () => void = () => undefined;

  constructor(options: CheckedOptions) {
    this.group = options.group;
    this.#options = options;
    this.#mesh = new Mesh(options.group, options.ringBytes);
    this.#restarts = nodeIds(options.group).map(() => options.restarts);
  }

  get id(): string {
    return this.#mesh.id;
  }

  get failures(): readonly NodeFailure[] {
    return this.#failures;
  }

  worker(node: NodeId): Worker {
    return this.#life(node).worker;
  }

  incarnation(node: NodeId): number {
    return this.#life(node).incarnation;
  }

  quiet(): boolean {
    if (this.#lives.some(({ state }) => state === 'starting')) return false;
    return this.#mesh.quiet(this.#lives.filter(({ state }) => state === 'joined').map(({ node }) => node));
  }

  activity(): number {
    return this.#mesh.activity();
  }

  /** Starts every worker; resolves when all have joined. Whoever calls closes the group when it rejects. */
  async start(): Promise<void> {
    const { signal } = this.#options;
    const aborted = new Promise<never>((_, reject) => {
      this.#rejectStart = reject;
    });
    signal?.addEventListener('abort', this.#abort, { once: true });
    if (signal?.aborted === true) this.#abort();
    else this.#spawnAll();
    await Promise.race([aborted, Promise.all(this.#lives.map(({ whenJoined }) => whenJoined))]);
    this.#starting = false;
  }

  async restart(node: NodeId): Promise<void> {
    const life = this.#life(node);
    if (this.#closing !== undefined || life.state !== 'ended') {
      const why = this.#closing === undefined ? 'it still lives' : 'the group is closed';
      throw new QuorateError('Q3039', `node ${node} cannot be started anew: ${why}`);
    }
    this.#spawnAnew(life);
    await this.#life(node).whenJoined;
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  joined(life: Life): void {
    if (this.#closing === undefined) this.#tell({ kind: 'joined', ...idOf(life) });
  }

  left(life: Life): void {
    this.#oneLess();
    if (this.#closing !== undefined) return;
    this.#toOthers(life.node, { kind: 'part', peer: life.node, reason: 'the node left' });
    this.#tell({ kind: 'left', ...idOf(life) });
  }

  ended(life: Life, failure: string | undefined): void {
    this.#oneLess();
    if (failure === undefined || this.#closing !== undefined) return;
    const { node, error } = life;
    if (this.#starting) {
      const text = `node ${node} crashed before all had joined: ${failure}`;
      this.#rejectStart(new QuorateError('Q3032', text, '', { cause: error }));
      return;
    }
    const remaining = this.#restarts[node] ?? 0;
    this.#toOthers(node, { kind: 'part', peer: node, reason: `the node crashed: ${failure}` });
    this.#fail({ ...idOf(life), reason: failure, ...(error === undefined ? {} : { error }) }, remaining > 0);
    // Whoever is told may have closed the group, or started the node anew.
    if (remaining === 0 || this.#closing !== undefined || this.#lives[node] !== life) return;
    this.#restarts[node] = remaining - 1;
    this.#supervise(life);
  }

  #life(node: NodeId): Life {
    const life = this.#lives[nodeId(this.group, node)];
    if (life === undefined) throw new Error('unreachable: the id was checked, and all are started first');
    return life;
  }

  readonly #abort = (): void => {
    const cause: unknown = this.#options.signal?.reason;
    if (this.#starting) this.#rejectStart(new QuorateError('Q3034', 'starting the group was aborted', '', { cause }));
    else void this.close();
  };

  #spawnAll(): void {
    const lives = nodeIds(this.group).map((id) => ({ id, incarnation: 0 }));
    const offers: LinkOffer[][] = lives.map(() => []);
    for (const first of lives) {
      for (const second of lives.slice(first.id + 1)) {
        const pair = this.#mesh.link(first, second);
        offers[first.id]?.push(pair.first);
        offers[second.id]?.push(pair.second);
      }
    }
    // All data is looked at before the first worker is started.
    const data = lives.map(({ id }) => this.#dataFor(id, 0));
    for (const { id } of lives) this.#lives.push(this.#spawn(id, 0, offers[id] ?? [], data[id]));
  }

  #dataFor(node: NodeId, incarnation: number): unknown {
    const given = this.#options.data;
    const data: unknown = typeof given === 'function' ? (given as DataFor)(node, incarnation) : given;
    checkCloneable(data, 'data');
    return data;
  }

  #spawn(self: NodeId, incarnation: number, links: readonly LinkOffer[], data: unknown): Life {
    const { spawn, ringBytes, maxFrameBytes, limits, joinTimeout } = this.#options;
    const { n: nodes, f: faulty } = this.group;
    const { id: groupId, states } = this.#mesh;
    const common = {
      wireVersion,
      groupId,
      nodes,
      faulty,
      states,
      ringBytes,
      maxFrameBytes,
      limits,
      processors: availableParallelism(),
    };
    return new Life({ spawn, joinTimeout, invitation: { ...common, self, incarnation, links, data } }, this);
  }

  /** A new life of a crashed node, as the policy wants it. What goes wrong is a failure of that life. */
  #supervise(life: Life): void {
    try {
      this.#spawnAnew(life);
    } catch (error) {
      this.#fail({ node: life.node, incarnation: life.incarnation + 1, reason: messageOf(error), error }, false);
    }
  }

  /** Fresh rings to everybody who lives. */
  #spawnAnew(before: Life): void {
    const { node } = before;
    const life = { id: node, incarnation: before.incarnation + 1 };
    this.#mesh.reset(node);
    const others = this.#lives.filter(
      (other) => other !== before && (other.state === 'joined' || other.state === 'starting'),
    );
    const pairs = others.map((other) => ({
      other,
      pair: this.#mesh.link(life, { id: other.node, incarnation: other.incarnation }),
    }));
    const data = this.#dataFor(node, life.incarnation);
    this.#lives[node] = this.#spawn(
      node,
      life.incarnation,
      pairs.map(({ pair }) => pair.first),
      data,
    );
    for (const { other, pair } of pairs) other.tell({ kind: 'meet', offer: pair.second });
    this.#tell({ kind: 'restarted', node, incarnation: life.incarnation });
  }

  #toOthers(node: NodeId, message: FromStarter): void {
    for (const life of this.#lives) if (life.node !== node) life.tell(message);
  }

  #fail(failure: NodeFailure, restarts: boolean): void {
    this.#failures.push(failure);
    this.#tell({ kind: 'failed', ...failure, restarts });
  }

  #tell(event: GroupEvent): void {
    const { onEvent } = this.#options;
    if (onEvent !== undefined) onEvent(event);
    else if (event.kind === 'failed')
      process.emitWarning(`node ${event.node} failed: ${event.reason}`, 'QuorateWarning');
  }

  async #close(): Promise<void> {
    this.#options.signal?.removeEventListener('abort', this.#abort);
    await this.#endTransports();
    await Promise.all(this.#lives.map((life) => life.terminate()));
  }

  /** Asks every node to close its transport, and waits until they have, or too long. */
  #endTransports(): Promise<void> {
    const open = (): boolean => this.#lives.some(({ state }) => state === 'joined');
    if (!open() || this.#starting) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, closeTimeout);
      this.#oneLess = () => {
        if (open()) return;
        clearTimeout(timer);
        resolve();
      };
      for (const life of this.#lives) life.tell({ kind: 'end' });
    });
  }
}

type DataFor = (node: NodeId, incarnation: number) => unknown;

const idOf = ({ node, incarnation }: Life): { node: NodeId; incarnation: number } => ({ node, incarnation });
