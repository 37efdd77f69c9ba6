import type { SimulationEvent } from '../simulation-event.js';
import { hexadecimal } from './hexadecimal.js';

/**
 * The event as one line of JSON, the same on every machine: byte strings are hexadecimal, big integers end in `n`, numbers that JSON does
 * not know are words, maps and sets are lists. `bytes` is how long a sent message is on a wire, if that is known.
 */
export function traceLine(event: SimulationEvent<unknown, unknown, unknown>, bytes?: number): string {
  const line = json(event);
  return bytes === undefined ? line : `${line.slice(0, -1)},"bytes":${bytes}}`;
}

// By hand: a replacer of JSON.stringify is called for every field, which takes several times as long.
function json(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return quoted(value);
    case 'number':
      return Number.isFinite(value) ? `${value}` : `"${value}"`;
    case 'boolean':
      return value ? 'true' : 'false';
    case 'bigint':
      return `"${value}n"`;
    case 'object':
      return value === null ? 'null' : collection(value);
    default:
      return 'null';
  }
}

function collection(value: object): string {
  if (value instanceof Uint8Array) return `"${hexadecimal(value)}"`;
  if (Array.isArray(value)) return `[${value.map(json).join(',')}]`;
  if (value instanceof Map || value instanceof Set) return `[${[...value].map(json).join(',')}]`;
  let text = '';
  for (const [name, field] of Object.entries(value)) {
    // What is not there is left out, as JSON.stringify does it.
    if (field === undefined || typeof field === 'function') continue;
    text += `${text === '' ? '' : ','}${quoted(name)}:${json(field)}`;
  }
  return `{${text}}`;
}

const plain = /^[\w -]*$/;

const quoted = (text: string): string => (text.length < 40 && plain.test(text) ? `"${text}"` : JSON.stringify(text));
