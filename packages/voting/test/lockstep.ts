/** Agreements in lock step: every message arrives within its period, liars say what a strategy makes up. */
import { createGroup, nodeIds, type Group, type NodeId } from '@quorate/voting';
import { Agreement, type AgreementOptions } from '../src/agreement.js';
import type { AgreementMessage } from '../src/stages.js';
import type { Opinion } from '../src/value.js';

const id = (value: number): NodeId => value as NodeId;

/** What a liar says to a node in place of an honest message; undefined: nothing. */
export type Lie = (from: NodeId, to: NodeId, honest: AgreementMessage) => AgreementMessage | undefined;

export interface Lockstep {
  readonly n: number;
  readonly f: number;
  readonly liars?: readonly number[];
  readonly lie?: Lie;
  /** Opinions at the start; without them the leader proposes `proposal`. */
  readonly opinions?: readonly Opinion[];
  readonly proposal?: Opinion;
  readonly leader?: number;
  readonly quorum?: AgreementOptions['quorum'];
  readonly acceptable?: AgreementOptions['acceptable'];
}

export interface Ended {
  /** Opinions of the correct nodes. */
  readonly opinions: readonly Opinion[];
  readonly accused: readonly (readonly [by: number, peer: number, kind: string])[];
  readonly messages: number;
  readonly periods: number;
}

/** Runs one agreement, a period at a time: first everybody speaks, then everybody hears. */
export function runLockstep(setting: Lockstep): Ended {
  const { n, f, liars = [] } = setting;
  const group = createGroup({ nodes: n, faulty: f, unsafe: true });
  const run = new Run(group, new Set(liars), setting);
  return run.go();
}

class Run {
  readonly #group: Group;
  readonly #liars: ReadonlySet<number>;
  readonly #setting: Lockstep;
  readonly #nodes: readonly Agreement[];
  readonly #said: { readonly from: NodeId; readonly message: AgreementMessage }[] = [];
  readonly #accused: (readonly [number, number, string])[] = [];
  #messages = 0;

  constructor(group: Group, liars: ReadonlySet<number>, setting: Lockstep) {
    this.#group = group;
    this.#liars = liars;
    this.#setting = setting;
    this.#nodes = nodeIds(group).map((node) => this.#make(node));
  }

  go(): Ended {
    for (const node of this.#nodes) node.begin();
    let periods = 0;
    while (this.#correct().some((node) => !this.#agreement(node).over)) {
      this.#deliver();
      periods++;
      for (const node of this.#nodes) {
        node.elapsed(periods);
        node.advance();
      }
    }
    const opinions = this.#correct().map((node) => this.#agreement(node).opinion);
    return { opinions, accused: this.#accused, messages: this.#messages, periods };
  }

  #deliver(): void {
    for (const { from, message } of this.#said.splice(0)) {
      for (const to of nodeIds(this.#group)) {
        const heard = this.#liars.has(from) ? this.#setting.lie?.(from, to, message) : message;
        if (heard === undefined) continue;
        this.#messages++;
        this.#agreement(to).hear(from, heard);
      }
    }
  }

  #correct(): readonly NodeId[] {
    return nodeIds(this.#group).filter((node) => !this.#liars.has(node));
  }

  #agreement(node: NodeId): Agreement {
    return this.#nodes[node] as Agreement;
  }

  #make(self: NodeId): Agreement {
    const { opinions, proposal, leader = 0, quorum = 'kings', acceptable = () => true } = this.#setting;
    return new Agreement(
      {
        group: this.#group,
        self,
        round: 1,
        attempt: 1,
        leader: id(leader),
        quorum,
        proposed: opinions === undefined,
        own: opinions === undefined ? proposal : opinions[self],
        acceptable,
        fallback: undefined,
        instead: undefined,
      },
      {
        say: (message) => void this.#said.push({ from: self, message }),
        accuse: (peer, fault) => void this.#accused.push([self, peer, fault.kind]),
        proposed: () => undefined,
        voted: () => undefined,
        settle: () => undefined,
      },
    );
  }
}
