/** What a message is called: its kind, and behind a slash the kind of the message that it carries, as layers wrap them. */
import { isObject } from './event.js';

/** Layers that are looked into. */
const maxDepth = 8;
/** The longest name, in characters. */
const maxName = 120;

/** Such as `echo`, or `broadcast/echo`; `message` where nothing has a kind. */
export function messageKind(message: unknown): string {
  const names: string[] = [];
  let inner: unknown = message;
  for (let depth = 0; depth < maxDepth && isObject(inner); depth++) {
    const { kind } = inner;
    if (typeof kind === 'string') names.push(kind);
    inner = Object.values(inner).find(isObject);
  }
  return names.length === 0 ? 'message' : names.join('/').slice(0, maxName);
}

/** The kind with the small numbers beside it: `echo sender=2 sequence=0`. Long fields are left out, short lists of numbers are not. */
export function messageLabel(message: unknown): string {
  const words = [messageKind(message)];
  let inner: unknown = message;
  for (let depth = 0; depth < maxDepth && isObject(inner); depth++) {
    words.push(...fieldsOf(inner));
    inner = Object.values(inner).find(isObject);
  }
  return plainText(words.join(' '));
}

/** What was put in or came out, in one short line. */
export function valueLabel(value: unknown): string {
  if (isObject(value)) return plainText(fieldsOf(value).join(' '));
  const text = typeof value === 'string' || typeof value === 'number' ? String(value) : '';
  return plainText(text.length <= 24 ? text : `${text.slice(0, 24)}...`);
}

/** The longest list that is shown. */
const maxList = 16;

/** Fields that take little room. */
function fieldsOf(value: Readonly<Record<string, unknown>>): readonly string[] {
  return Object.entries(value).flatMap(([name, field]) => {
    const text = Array.isArray(field) ? listLabel(field) : simple(field);
    return text === undefined ? [] : [`${name}=${text}`];
  });
}

const simple = (field: unknown): string | undefined =>
  typeof field === 'number' || typeof field === 'boolean' ? String(field) : undefined;

const keyOf = (item: unknown): unknown => (Array.isArray(item) ? item[0] : item);

/** A short list of numbers; of a map with numbers as keys, those. */
function listLabel(list: readonly unknown[]): string | undefined {
  if (list.length > maxList) return undefined;
  const isMap = list.length > 0 && list.every((item) => Array.isArray(item) && item.length === 2);
  const words = isMap
    ? list.map((item) => simple(keyOf(item))).toSorted((a, b) => Number(a) - Number(b))
    : list.map(simple);
  return words.every((word) => word !== undefined) ? `(${words.join(',')})` : undefined;
}

/** A text from a file, without what could mean something in a format that it is written into. */
export const plainText = (text: string): string => {
  const safe = text.replace(/[^A-Za-z0-9 _.,=/()-]/g, '?');
  return safe.length <= maxName ? safe : `${safe.slice(0, maxName)}...`;
};
