import { nodeId, type Group, type NodeId } from '@quorate/transport';
import { whole } from './whole.js';

/** A clock that is right, in per mille. */
const right = 1000;

/** Clocks that run at different speeds, in per mille of true time: at 1,100 a timer of 100 ticks runs out after 91. */
export class Clocks {
  readonly #speeds: ReadonlyMap<NodeId, number>;

  /** Throws Q1002 (no such node) or Q5016 (no speed). */
  constructor(group: Group, speeds: ReadonlyMap<NodeId, number> = new Map()) {
    for (const [node, speed] of speeds) {
      nodeId(group, node);
      whole('the speed of a clock', speed, 1);
    }
    this.#speeds = speeds;
  }

  /** True ticks that pass while the node's clock counts so many. At least 1. */
  ticks(node: NodeId, counted: number): number {
    const speed = this.#speeds.get(node) ?? right;
    return speed === right ? counted : Math.max(1, Math.ceil((counted * right) / speed));
  }
}
