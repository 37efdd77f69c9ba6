import type { Cursor } from './cursor.js';
import { readTextLength } from './format.js';
import { compareUtf8 } from './utf8.js';

/** The next key of a mapping, which must stand behind `last`. */
export function readKey(cursor: Cursor, last: string | undefined, max: number): string {
  const from = cursor.at;
  const length = readTextLength(cursor, cursor.byte('a key'), max, 'a key');
  const key = length < 0 ? '' : cursor.text(length, 'a key');
  if (key === '__proto__') {
    cursor.refuse('reserved-key', from, 'any key but __proto__');
  }
  const order = last === undefined ? 1 : compareUtf8(key, last);
  if (order <= 0) {
    cursor.refuse(order === 0 ? 'duplicate-key' : 'unordered-keys', from, 'keys in ascending order of their bytes');
  }
  return key;
}
