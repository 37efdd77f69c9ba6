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

/** The kind with the small numbers beside it: `echo sender=2 sequence=0`. Long fields are left out. */
export function messageLabel(message: unknown): string {
  const words = [messageKind(message)];
  let inner: unknown = message;
  for (let depth = 0; depth < maxDepth && isObject(inner); depth++) {
    for (const [name, value] of Object.entries(inner)) {
      if (typeof value === 'number' || typeof value === 'boolean') words.push(`${name}=${value}`);
    }
    inner = Object.values(inner).find(isObject);
  }
  return plainText(words.join(' '));
}

/** What was put in or came out, in one short line. */
export function valueLabel(value: unknown): string {
  if (isObject(value)) {
    const simple = Object.entries(value).filter(([, field]) => typeof field === 'number' || typeof field === 'boolean');
    return plainText(simple.map(([name, field]) => `${name}=${String(field)}`).join(' '));
  }
  const text = typeof value === 'string' || typeof value === 'number' ? String(value) : '';
  return plainText(text.length <= 24 ? text : `${text.slice(0, 24)}...`);
}

/** A text from a file, without what could mean something in a format that it is written into. */
export const plainText = (text: string): string => {
  const safe = text.replace(/[^A-Za-z0-9 _.,=/()-]/g, '?');
  return safe.length <= maxName ? safe : `${safe.slice(0, maxName)}...`;
};
