/**
 * Messages and values as people write them: `vote sender=3 sequence=0 value=0x05`. A message is its kind and its fields; a value is a number,
 * `5n`, `true`, `none`, `"text"`, bytes (`0x0506`, `0x07*40` for forty sevens, `sha256(0x07*40)`), a list `[1, 2]` or a message in parentheses.
 */
import { QuorateError, sha256 } from '@quorate/transport';
import { hexadecimal } from '../trace/hexadecimal.js';

/** The message, or whatever else the text says. Throws Q5040. */
export function readMessage(text: string): unknown {
  const tokens = new Tokens(text);
  const message = fields(tokens);
  tokens.end();
  return message;
}

/** The value that the text says. Throws Q5040. */
export function readValue(text: string): unknown {
  const tokens = new Tokens(text);
  const value = valueOf(tokens);
  tokens.end();
  return value;
}

/** The same, the other way round. */
export function writeMessage(message: unknown): string {
  if (typeof message !== 'object' || message === null || Array.isArray(message) || message instanceof Uint8Array)
    return writeValue(message);
  const { kind, ...rest } = message as Readonly<Record<string, unknown>>;
  const words = Object.entries(rest).map(([name, value]) => `${name}=${writeValue(value)}`);
  return [...(typeof kind === 'string' ? [kind] : []), ...words].join(' ');
}

function writeValue(value: unknown): string {
  if (value instanceof Uint8Array) return writeBytes(value);
  if (Array.isArray(value)) return `[${value.map(writeValue).join(', ')}]`;
  switch (typeof value) {
    case 'undefined':
      return 'none';
    case 'bigint':
      return `${value}n`;
    case 'object':
      return value === null ? 'none' : `(${writeMessage(value)})`;
    default:
      return JSON.stringify(value);
  }
}

function writeBytes(bytes: Uint8Array): string {
  const alike = bytes.length > 8 && bytes.every((byte) => byte === bytes[0]);
  return alike ? `0x${hexadecimal(bytes.subarray(0, 1))}*${bytes.length}` : `0x${hexadecimal(bytes)}`;
}

/** Longest byte string that a repetition may make. */
const mostBytes = 2 ** 24;

class Tokens {
  readonly #text: string;
  readonly #tokens: readonly string[];
  #at = 0;

  constructor(text: string) {
    this.#text = text;
    this.#tokens =
      text.match(/"(?:[^"\\]|\\.)*"|0x[0-9a-fA-F]*|-?\d+(?:\.\d+)?(?:e[+-]?\d+)?n?|[A-Za-z][\w-]*|\S/g) ?? [];
  }

  get next(): string | undefined {
    return this.#tokens[this.#at];
  }

  get second(): string | undefined {
    return this.#tokens[this.#at + 1];
  }

  take(expected?: string): string {
    const token = this.next;
    if (token === undefined || (expected !== undefined && token !== expected)) throw this.wrong();
    this.#at++;
    return token;
  }

  end(): void {
    if (this.next !== undefined) throw this.wrong();
  }

  wrong(): QuorateError {
    const where = this.next === undefined ? 'ends too soon' : `is not understood at ${JSON.stringify(this.next)}`;
    return new QuorateError('Q5040', `"${this.#text}" ${where}`, 'write kind field=value …');
  }
}

function fields(tokens: Tokens): unknown {
  const named: [string, unknown][] = [];
  if (tokens.second !== '=') named.push(['kind', word(tokens)]);
  while (tokens.next !== undefined && tokens.next !== ')') {
    const name = word(tokens);
    tokens.take('=');
    named.push([name, valueOf(tokens)]);
  }
  return Object.fromEntries(named);
}

function word(tokens: Tokens): string {
  if (!/^[A-Za-z]/.test(tokens.next ?? '')) throw tokens.wrong();
  return tokens.take();
}

function valueOf(tokens: Tokens): unknown {
  const { next = '' } = tokens;
  if (next.startsWith('0x') || next === 'sha256') return bytesOf(tokens);
  if (next === '(') return enclosed(tokens, ')', fields);
  if (next === '[') return enclosed(tokens, ']', items);
  const token = tokens.take();
  if (token.startsWith('"')) return JSON.parse(token) as unknown;
  if (/^-?\d+n$/.test(token)) return BigInt(token.slice(0, -1));
  if (/^-?\d/.test(token) && !token.endsWith('n')) return Number(token);
  if (token === 'true' || token === 'false') return token === 'true';
  if (token === 'none') return undefined;
  throw tokens.wrong();
}

function enclosed(tokens: Tokens, close: string, inside: (tokens: Tokens) => unknown): unknown {
  tokens.take();
  const value = inside(tokens);
  tokens.take(close);
  return value;
}

function items(tokens: Tokens): readonly unknown[] {
  const list: unknown[] = [];
  while (tokens.next !== ']') {
    list.push(valueOf(tokens));
    if (tokens.next === ',') tokens.take();
  }
  return list;
}

function bytesOf(tokens: Tokens): Uint8Array {
  if (tokens.next === 'sha256') {
    tokens.take();
    tokens.take('(');
    const content = bytesOf(tokens);
    tokens.take(')');
    return sha256(content);
  }
  const digits = tokens.take().slice(2);
  if (digits.length % 2 !== 0) throw tokens.wrong();
  const pattern = Uint8Array.from({ length: digits.length / 2 }, (_, at) =>
    parseInt(digits.slice(at * 2, at * 2 + 2), 16),
  );
  if (tokens.next !== '*') return pattern;
  tokens.take();
  const times = Number(tokens.take());
  if (!Number.isInteger(times) || times < 0 || times * pattern.length > mostBytes) throw tokens.wrong();
  return Uint8Array.from({ length: pattern.length * times }, (_, at) => pattern[at % pattern.length] ?? 0);
}
