import { QuorateError } from './error.js';

declare const checked: unique symbol;

/** A name that was checked, and so may stand in generated source. */
export type FieldName = string & { readonly [checked]: true };

/**
 * The name itself, if a field may have it. Digits in front would change its place among an object's keys, and with it the
 * order on the wire; `__proto__` is no property. Throws Q2001.
 */
export function fieldName(name: string): FieldName {
  if (!/^[A-Za-z_$][\w$]*$/.test(name) || name === '__proto__') {
    throw new QuorateError(
      'Q2001',
      `a schema cannot hold the field name ${JSON.stringify(name)}`,
      'names of fields are identifiers of ASCII letters, digits, _ and $',
    );
  }
  // Checked just now.
  return name as FieldName;
}
