/** An event as a trace has it: what a file says is input, so every field is checked before anybody relies on it. */

/** What happened, with messages and values as JSON. */
export type TraceEvent =
  | { readonly kind: 'input' | 'output'; readonly tick: number; readonly node: number; readonly value: unknown }
  | {
      readonly kind: 'receive';
      readonly tick: number;
      readonly node: number;
      readonly from: number;
      /** Which send of the run it comes from, from 0; undefined for what a node told itself. */
      readonly sent: number | undefined;
      readonly message: unknown;
    }
  | {
      readonly kind: 'send';
      readonly tick: number;
      readonly node: number;
      readonly to: number | 'all';
      /** On a wire; undefined where nobody measured. */
      readonly bytes: number | undefined;
      readonly message: unknown;
    }
  | {
      readonly kind: 'fault';
      readonly tick: number;
      readonly node: number;
      readonly peer: number;
      /** The name of the fault. */
      readonly name: string;
    }
  | { readonly kind: 'expire'; readonly tick: number; readonly node: number; readonly timer: string }
  | { readonly kind: 'crash' | 'restart'; readonly tick: number; readonly node: number }
  /** Something that concerns nobody else; what happens to the whole group is told of node 0. */
  | { readonly kind: 'other'; readonly tick: number; readonly node: number; readonly name: string };

/** What an event has to fit to. */
export interface EventBounds {
  readonly nodes: number;
  /** The tick of the event before. */
  readonly tick: number;
  /** Sends so far. */
  readonly sends: number;
}

/** The event, or the name of the field that is wrong. */
export function traceEvent(raw: unknown, bounds: EventBounds): TraceEvent | string {
  if (!isObject(raw)) return 'event';
  const { kind, tick, node } = raw;
  if (typeof kind !== 'string' || kind.length > maxName) return 'kind';
  if (!isWhole(tick) || tick < bounds.tick) return 'tick';
  if (!isNode(node, bounds)) return node === undefined ? { kind: 'other', tick, node: 0, name: kind } : 'node';
  return shaped(kind, tick, node, raw, bounds);
}

type Fields = Readonly<Record<string, unknown>>;

function shaped(kind: string, tick: number, node: number, raw: Fields, bounds: EventBounds): TraceEvent | string {
  switch (kind) {
    case 'input':
    case 'output':
      return { kind, tick, node, value: raw['value'] };
    case 'receive':
      return received(tick, node, raw, bounds);
    case 'send':
      return sent(tick, node, raw, bounds);
    case 'fault':
      return fault(tick, node, raw, bounds);
    case 'expire':
      return typeof raw['timer'] === 'string' ? { kind, tick, node, timer: raw['timer'] } : 'timer';
    case 'crash':
    case 'restart':
      return { kind, tick, node };
    default:
      return { kind: 'other', tick, node, name: kind };
  }
}

function received(tick: number, node: number, raw: Fields, bounds: EventBounds): TraceEvent | string {
  const { from, sent: answered, message } = raw;
  if (!isNode(from, bounds)) return 'from';
  if (answered !== undefined && !(isWhole(answered) && answered < bounds.sends)) return 'sent';
  if ((answered === undefined) !== (from === node)) return 'sent';
  return { kind: 'receive', tick, node, from, sent: answered, message };
}

function sent(tick: number, node: number, raw: Fields, bounds: EventBounds): TraceEvent | string {
  const { to, bytes, message } = raw;
  if (to !== 'all' && !isNode(to, bounds)) return 'to';
  if (bytes !== undefined && !isWhole(bytes)) return 'bytes';
  return { kind: 'send', tick, node, to, bytes, message };
}

function fault(tick: number, node: number, { report }: Fields, bounds: EventBounds): TraceEvent | string {
  if (!isObject(report) || !isNode(report['peer'], bounds) || !isObject(report['fault'])) return 'report';
  const { kind: name } = report['fault'];
  if (typeof name !== 'string' || name.length > maxName) return 'report.fault.kind';
  return { kind: 'fault', tick, node, peer: report['peer'], name };
}

/** The longest name of a kind, in characters. */
const maxName = 256;

export const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
export const isWhole = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;
const isNode = (value: unknown, { nodes }: EventBounds): value is number => isWhole(value) && value < nodes;
