/**
 * Takes the fields out of an object and puts them together again. The one thing that closures cannot do fast: an object
 * literal and a property access need the names in the source. So where the platform allows it (a content security policy
 * may not), that source is generated; elsewhere loops do the same, at half the speed.
 */
import type { Cursor } from './cursor.js';
import type { FieldName } from './field-name.js';
import { isObject } from './fits.js';
import type { Read } from './reader.js';
import type { Write } from './writer.js';

export interface ReadField {
  readonly name: FieldName;
  readonly read: Read;
  readonly expected: string;
}

export interface WriteField {
  readonly name: FieldName;
  readonly write: Write;
}

type ReadFields = (cursor: Cursor) => unknown;

export interface Assembly {
  /** Reads the fields one after the other into an object, which carries `kind` in front if there is one. */
  reader(fields: readonly ReadField[], kind: string | undefined): ReadFields;
  /** Writes the fields of an object one after the other. */
  writer(fields: readonly WriteField[]): Write;
}

export const interpreted: Assembly = {
  reader(fields, kind) {
    const names = fields.map(({ name }) => [name, undefined] as const);
    const blank = Object.fromEntries<unknown>(kind === undefined ? names : [['kind', kind], ...names]);
    return (cursor) => {
      // The properties are there already: no assignment reaches a setter that somebody hung on Object.prototype.
      const object = { ...blank };
      for (const { name, read, expected } of fields) {
        object[name] = read(cursor, cursor.byte(expected));
        if (cursor.refusal !== undefined) {
          return undefined;
        }
      }
      return object;
    };
  },

  writer(fields) {
    return (value, target, at) => {
      let next = at;
      for (const { name, write } of fields) {
        next = write(isObject(value) ? value[name] : undefined, target, next);
      }
      return next;
    };
  },
};

export const generated: Assembly = {
  reader(fields, kind) {
    const reads = fields.map(
      (_, i) =>
        `const v${i} = f${i}.read(cursor, cursor.byte(f${i}.expected)); if (cursor.refusal !== undefined) return undefined;`,
    );
    const properties = fields.map(({ name }, i) => `${name}: v${i}`);
    const literal = (kind === undefined ? properties : ['kind', ...properties]).join(', ');
    return generate(`(cursor) => { ${reads.join(' ')} return { ${literal} }; }`, fields, kind) as ReadFields;
  },

  writer(fields) {
    const writes = fields.map(({ name }, i) => `at = f${i}.write(value.${name}, target, at);`);
    return generate(`(value, target, at) => { ${writes.join(' ')} return at; }`, fields, undefined) as Write;
  },
};

/** The function behind `source`, in whose scope `f0`, `f1`, … are the fields. The only names in it are field names, checked by their type. */
function generate(source: string, fields: readonly (ReadField | WriteField)[], kind: string | undefined): unknown {
  const scope = fields.map((_, i) => `f${i}`);
  // oxlint-disable-next-line typescript/no-implied-eval -- see the head of this file
  const make = new Function(...scope, 'kind', `'use strict'; return ${source};`) as (...values: unknown[]) => unknown;
  return make(...fields, kind);
}

/** The fastest assembly that this platform allows. */
export const assembly: Assembly = canGenerate() ? generated : interpreted;

function canGenerate(): boolean {
  try {
    return generate('1', [], undefined) === 1;
  } catch {
    return false;
  }
}
