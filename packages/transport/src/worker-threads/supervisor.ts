import { availableParallelism } from 'node:os';
import { MessageChannel, Worker } from 'node:worker_threads';
import { QuorateError } from '@quorate/serialization';
import type { Group } from '../group.js';
import { nodeId, nodeIds, type NodeId } from '../node-id.js';
import { checkCloneable } from './cloneable.js';
import { workerDataKey, type FromStarter, type FromWorker, type Invitation } from './control.js';
import { wireVersion } from './layout.js';
import type { LinkOffer } from './link.js';
import { Mesh } from './mesh.js';
import type { OutboundLimits } from './outbound.js';
import type { GroupEvent, GroupOptions, Member, NodeFailure, SpawnOptions, WorkerGroup } from './worker-group.js';

/** How long workers may take to close their transports when the group is closed, in milliseconds. */
const closeTimeout = 1_000;

/** Options with every default filled in, checked. */
export interface CheckedOptions extends GroupOptions {
  readonly ringBytes: number;
  readonly maxFrameBytes: number;
  readonly limits: OutboundLimits;
  readonly joinTimeout: number;
}

/** Starts the workers of a group, tells each of the others' lives, and starts crashed ones anew. */
export class Supervisor implements WorkerGroup {
  readonly group: Group;
  readonly #options: CheckedOptions;
  readonly #mesh: Mesh;
  readonly #members: Member[] = [];
  readonly #failures: NodeFailure[] = [];
  readonly #roomy: boolean;
  readonly #timers = new Map<Member, NodeJS.Timeout>();
  #started: { readonly resolve: () => void; readonly reject: (error: QuorateError) => void } | undefined;
  #closing: Promise<void> | undefined;
  /** While we wait for transports to close: called when one more has. */
  #oneLeft: () => void = () => undefined;

  constructor(options: CheckedOptions) {
    this.group = options.group;
    this.#options = options;
    this.#mesh = new Mesh(options.group, options.ringBytes);
    this.#roomy = availableParallelism() >= options.group.n;
  }

  get id(): string {
    return this.#mesh.id;
  }

  get failures(): readonly NodeFailure[] {
    return this.#failures;
  }

  worker(node: NodeId): Worker {
    return this.#member(node).worker;
  }

  incarnation(node: NodeId): number {
    return this.#member(node).incarnation;
  }

  quiet(): boolean {
    if (this.#members.some(({ state }) => state === 'starting')) return false;
    return this.#mesh.quiet(this.#members.filter(({ state }) => state === 'joined').map(({ id }) => id));
  }

  activity(): number {
    return this.#mesh.activity();
  }

  /** Starts every worker; resolves when all have joined. Whoever calls closes the group when it rejects. */
  start(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#started = { resolve, reject };
      const { signal } = this.#options;
      signal?.addEventListener('abort', this.#abort, { once: true });
      if (signal?.aborted === true) this.#abort();
      else this.#spawnAll();
    });
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #member(node: NodeId): Member {
    const member = this.#members[nodeId(this.group, node)];
    if (member === undefined) throw new Error('unreachable: the id was checked, and all members are started first');
    return member;
  }

  readonly #abort = (): void => {
    const cause: unknown = this.#options.signal?.reason;
    if (this.#started === undefined) void this.close();
    else this.#fail(new QuorateError('Q3034', 'starting the group was aborted', '', { cause }));
  };

  #fail(error: QuorateError): void {
    this.#started?.reject(error);
    this.#started = undefined;
  }

  #spawnAll(): void {
    try {
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
      for (const { id } of lives) this.#members.push(this.#spawn(id, 0, offers[id] ?? [], data[id]));
    } catch (error) {
      this.#fail(
        error instanceof QuorateError
          ? error
          : new QuorateError('Q3035', 'the group cannot be started', '', { cause: error }),
      );
    }
  }

  #dataFor(node: NodeId, incarnation: number): unknown {
    const given = this.#options.data;
    const data: unknown = typeof given === 'function' ? (given as DataFor)(node, incarnation) : given;
    checkCloneable(data, 'data');
    return data;
  }

  /** Starts one life of one node. */
  #spawn(id: NodeId, incarnation: number, links: readonly LinkOffer[], data: unknown): Member {
    const { ringBytes, maxFrameBytes, limits, joinTimeout } = this.#options;
    const { port1: control, port2 } = new MessageChannel();
    const invitation: Invitation = {
      wireVersion,
      groupId: this.id,
      nodes: this.group.n,
      faulty: this.group.f,
      self: id,
      incarnation,
      states: this.#mesh.states,
      ringBytes,
      maxFrameBytes,
      limits,
      roomy: this.#roomy,
      links,
      control: port2,
      data,
    };
    const worker = this.#callSpawn(id, incarnation, {
      workerData: { [workerDataKey]: invitation },
      transferList: [port2, ...links.map(({ doorbell }) => doorbell)],
      name: `node ${id}`,
    });
    const restarts = this.#options.supervision?.restarts ?? 0;
    const member: Member = { id, incarnation, worker, control, state: 'starting', restarts, error: undefined };
    this.#watch(member);
    const timer = setTimeout(() => this.#late(member), joinTimeout);
    timer.unref();
    this.#timers.set(member, timer);
    return member;
  }

  #callSpawn(id: NodeId, incarnation: number, options: SpawnOptions): Worker {
    let worker: unknown;
    try {
      worker = this.#options.spawn(options, id, incarnation);
    } catch (cause) {
      throw new QuorateError('Q3035', `spawn threw for node ${id}: ${messageOf(cause)}`, '', { cause });
    }
    if (worker instanceof Worker) return worker;
    throw new QuorateError('Q3035', `spawn answered no worker for node ${id}`, 'answer new Worker(file, options)');
  }

  #watch(member: Member): void {
    const { worker, control } = member;
    control.on('message', (message: FromWorker) => this.#heard(member, message));
    // The worker itself keeps the program alive, if it shall.
    control.unref();
    worker.on('error', (error) => {
      member.error ??= error;
    });
    worker.on('exit', (code) => this.#exited(member, code));
  }

  #isCurrent(member: Member): boolean {
    return this.#members[member.id] === member;
  }

  #heard(member: Member, { kind }: FromWorker): void {
    if (!this.#isCurrent(member)) return;
    member.state = kind;
    if (kind === 'joined') this.#joined(member);
    else this.#left(member);
  }

  #joined(member: Member): void {
    const { id: node, incarnation } = member;
    this.#stopTimer(member);
    this.#tell({ kind: 'joined', node, incarnation });
    if (this.#started === undefined || this.#members.some(({ state }) => state === 'starting')) return;
    this.#started.resolve();
    this.#started = undefined;
  }

  #left(member: Member): void {
    const { id: node, incarnation } = member;
    this.#oneLeft();
    if (this.#closing === undefined) this.#tell({ kind: 'left', node, incarnation });
  }

  /** A worker runs, but does not join. */
  #late(member: Member): void {
    const text = `did not join within ${this.#options.joinTimeout} ms`;
    member.error ??= new QuorateError('Q3033', `node ${member.id} ${text}`);
    if (this.#started === undefined) void member.worker.terminate();
    else
      this.#fail(
        new QuorateError('Q3033', `node ${member.id} ${text}`, 'call joinGroup first thing in the worker file'),
      );
  }

  #exited(member: Member, code: number): void {
    member.control.close();
    this.#stopTimer(member);
    if (!this.#isCurrent(member)) return;
    const { state } = member;
    member.state = 'down';
    this.#oneLeft();
    if (state === 'left' || this.#closing !== undefined) return;
    const error = member.error;
    const reason = error === undefined ? `exited with code ${code} without leaving` : messageOf(error);
    if (this.#started === undefined) this.#crashed(member, reason);
    else
      this.#fail(
        new QuorateError('Q3032', `node ${member.id} crashed before the group stood: ${reason}`, '', { cause: error }),
      );
  }

  #crashed(member: Member, reason: string): void {
    const { id: node, incarnation, error } = member;
    const restarts = member.restarts > 0;
    const failure: NodeFailure = { node, incarnation, reason, ...(error === undefined ? {} : { error }) };
    this.#failures.push(failure);
    this.#toOthers(node, { kind: 'part', peer: node, reason: `the node crashed: ${reason}` });
    this.#tell({ kind: 'failed', ...failure, restarts });
    if (restarts && this.#closing === undefined) this.#restart(member);
  }

  #restart(member: Member): void {
    const { id } = member;
    const life = { id, incarnation: member.incarnation + 1 };
    this.#mesh.reset(id);
    const others = this.#members.filter(
      ({ id: other, state }) => other !== id && (state === 'joined' || state === 'starting'),
    );
    const pairs = others.map((other) => ({ other, pair: this.#mesh.link(life, other) }));
    try {
      const data = this.#dataFor(id, life.incarnation);
      const next = this.#spawn(
        id,
        life.incarnation,
        pairs.map(({ pair }) => pair.first),
        data,
      );
      next.restarts = member.restarts - 1;
      this.#members[id] = next;
    } catch (error) {
      this.#failures.push({ node: id, incarnation: life.incarnation, reason: messageOf(error), error });
      this.#tell({
        kind: 'failed',
        node: id,
        incarnation: life.incarnation,
        reason: messageOf(error),
        error,
        restarts: false,
      });
      return;
    }
    for (const { other, pair } of pairs) {
      other.control.postMessage({ kind: 'meet', offer: pair.second } satisfies FromStarter, [pair.second.doorbell]);
    }
    this.#tell({ kind: 'restarted', node: id, incarnation: life.incarnation });
  }

  #toOthers(node: NodeId, message: FromStarter): void {
    for (const { id, control } of this.#members) if (id !== node) control.postMessage(message);
  }

  #tell(event: GroupEvent): void {
    const { onEvent } = this.#options;
    if (onEvent !== undefined) onEvent(event);
    else if (event.kind === 'failed')
      process.emitWarning(`node ${event.node} failed: ${event.reason}`, 'QuorateWarning');
  }

  #stopTimer(member: Member): void {
    clearTimeout(this.#timers.get(member));
    this.#timers.delete(member);
  }

  async #close(): Promise<void> {
    this.#options.signal?.removeEventListener('abort', this.#abort);
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
    await this.#endTransports();
    await Promise.all(this.#members.map(({ worker }) => worker.terminate()));
    for (const { control } of this.#members) control.close();
  }

  /** Asks every node to close its transport, and waits until they have, or too long. */
  #endTransports(): Promise<void> {
    const joined = (): boolean => this.#members.some(({ state }) => state === 'joined');
    if (!joined()) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, closeTimeout);
      this.#oneLeft = () => {
        if (joined()) return;
        clearTimeout(timer);
        resolve();
      };
      for (const { control } of this.#members) control.postMessage({ kind: 'end' } satisfies FromStarter);
    });
  }
}

type DataFor = (node: NodeId, incarnation: number) => unknown;

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
