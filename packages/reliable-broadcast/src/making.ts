/**
 * What every layer on a broadcast is made of, checked where it is made: whoever writes plain JavaScript has no compiler to tell, and would be told by
 * a thread that dies, or by nobody.
 */
import { nodeId, QuorateError, type Group, type NodeId } from '@quorate/transport/contract';

/** What the constructor of a layer takes; the factory of the layer below stands in a field of its own. */
interface Making {
  readonly group: Group;
  readonly self: NodeId;
}

/** Throws Q4014 unless `options` name a group, and hold a factory in the field `below`; Q1002 unless they name a node of the group. */
export function checkMaking(layer: string, options: Making, below: string): void {
  if (!isObject(options)) {
    throw new QuorateError('Q4014', `${layer} is made of ${shown(options)}`, `pass { group, self, ${below} }`);
  }
  const { group, self } = options;
  if (!isGroup(group)) {
    throw new QuorateError('Q4014', `${layer}: group is ${shown(group)}`, 'pass what createGroup({ nodes }) answers');
  }
  nodeId(group, self);
  checkFunction(layer, below, Reflect.get(options, below));
}

/** Throws Q4014 unless a function stands in the field of that name, and not a class. */
export function checkFunction(layer: string, name: string, value: unknown): void {
  const isClass = typeof value === 'function' && /^class\b/.test(Function.prototype.toString.call(value));
  if (typeof value === 'function' && !isClass) return;
  throw new QuorateError(
    'Q4014',
    `${layer}: ${name} is ${isClass ? `the class ${value.name}` : shown(value)}, not a function`,
    isClass ? `pass (options) => new ${value.name}(options)` : `pass a function for ${name}`,
  );
}

/** Throws Q4014 unless what a factory made has all these members. */
export function checkMade(layer: string, below: string, made: unknown, members: readonly string[]): void {
  // Looked for and not looked at: a schema is made when somebody asks.
  const missing = members.find((name) => !isObject(made) || !(name in made));
  if (missing === undefined) return;
  throw new QuorateError(
    'Q4014',
    `${layer}: ${below} made ${shown(made)}, which has no ${missing}`,
    'answer the new layer in the factory, one that passes the compliance suite',
  );
}

/** What is asked of a broadcast. */
export const broadcastMembers: readonly string[] = ['schema', 'ready', 'maxPayload', 'input', 'receive', 'usage'];

/** What is asked of a round collector. */
export const collectorMembers: readonly string[] = [
  'schema',
  'ready',
  'maxValue',
  'openRounds',
  'lowestRound',
  'input',
  'receive',
  'close',
];

/** Anything, in a few words. */
function shown(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 40));
  if (typeof value === 'function') return 'a function';
  if (isObject(value)) return Array.isArray(value) ? 'a list' : 'an object';
  return String(value);
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

function isGroup(value: unknown): value is Group {
  if (!isObject(value) || !('n' in value) || !('f' in value)) return false;
  const { n, f } = value;
  return Number.isInteger(n) && Number.isInteger(f) && Number(n) > 0 && Number(f) >= 0 && Number(f) < Number(n);
}
