/**
 * What the command was told, and by whom: a flag outranks the environment, the environment outranks the configuration
 * file, the file outranks the default. Every value is checked against its setting wherever it came from.
 */
import { QuorateError } from '@quorate/serialization';
import * as v from 'valibot';
import { readConfigurationFile, type ConfigurationFile } from './configuration-file.js';
import { expectation, flagOf, settingsOf, variableOf, type Setting, type SettingKind } from './settings.js';
import { shown, suggestion } from './suggest.js';

/** A checked value of a setting; `undefined` where the default follows from something else. */
export type SettingValue = string | number | boolean | readonly string[] | undefined;

/** Where a value came from. */
export type Origin =
  | { readonly kind: 'flag'; readonly name: string }
  | { readonly kind: 'environment'; readonly name: string }
  | { readonly kind: 'file'; readonly name: string }
  | { readonly kind: 'default' };

/** A value with its origin. */
export interface Sourced {
  readonly setting: Setting;
  readonly value: SettingValue;
  readonly origin: Origin;
}

/** Where raw values are looked for. Flags are keyed by the setting's name. */
export interface Sources {
  readonly flags: Readonly<Record<string, unknown>>;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** The resolved settings of one command. */
export class Configuration {
  readonly #values: ReadonlyMap<string, Sourced>;
  /** Variables of the environment that look like settings and are none, as sentences. */
  readonly warnings: readonly string[];

  /** Throws Q9002: a value that cannot be. */
  constructor(settings: readonly Setting[], sources: Sources, file?: ConfigurationFile) {
    this.#values = new Map(settings.map((setting) => [setting.name, resolve(setting, sources, file)]));
    this.warnings = unknownVariables(sources.environment);
  }

  /** All settings with their origins, in the order of the table. */
  entries(): readonly Sourced[] {
    return [...this.#values.values()];
  }

  /** Whether the command takes the setting at all. */
  has(name: string): boolean {
    return this.#values.has(name);
  }

  origin(name: string): Origin {
    return this.#values.get(name)?.origin ?? { kind: 'default' };
  }

  /** Whether somebody said something, so that the default does not hold. */
  given(name: string): boolean {
    return this.origin(name).kind !== 'default';
  }

  /** A number that has a default. */
  number(name: string): number {
    const value = this.optionalNumber(name);
    if (value === undefined) throw new QuorateError('Q9000', `setting ${name} has no value`);
    return value;
  }

  optionalNumber(name: string): number | undefined {
    const value = this.#values.get(name)?.value;
    return typeof value === 'number' ? value : undefined;
  }

  text(name: string): string | undefined {
    const value = this.#values.get(name)?.value;
    return typeof value === 'string' ? value : undefined;
  }

  texts(name: string): readonly string[] {
    const value = this.#values.get(name)?.value;
    return typeof value === 'object' ? value : [];
  }

  switch(name: string): boolean {
    return this.#values.get(name)?.value === true;
  }
}

/** Resolves the settings of a command. Throws Q9002 (a value that cannot be) or Q9008 (the file). */
export async function configure(settings: readonly Setting[], sources: Sources): Promise<Configuration> {
  const path = sources.flags['config'] ?? sources.environment['QUORATE_CONFIG'];
  if (path === undefined || path === '') return new Configuration(settings, sources);
  if (typeof path !== 'string')
    throw new QuorateError('Q9002', '--config needs one file', 'name a .toml or .json file');
  return new Configuration(settings, sources, await readConfigurationFile(path));
}

/** An origin for people: `flag --nodes`, `environment QUORATE_NODES`, `file quorate.toml`, `default`. */
export const originText = (origin: Origin): string =>
  origin.kind === 'default' ? 'default' : `${origin.kind} ${origin.name}`;

function resolve(setting: Setting, sources: Sources, file: ConfigurationFile | undefined): Sourced {
  const { flags, environment } = sources;
  const flag = flags[setting.name];
  if (flag !== undefined) return checked(setting, flag, { kind: 'flag', name: flagOf(setting) });
  const variable = variableOf(setting);
  const fromEnvironment = environment[variable];
  if (fromEnvironment !== undefined && fromEnvironment !== '') {
    return checked(setting, fromEnvironment, { kind: 'environment', name: variable });
  }
  if (setting.name === 'color' && (environment['NO_COLOR'] ?? '') !== '') {
    return { setting, value: false, origin: { kind: 'environment', name: 'NO_COLOR' } };
  }
  const fromFile = file?.values.get(setting.name);
  if (file !== undefined && fromFile !== undefined) {
    return checked(setting, fromFile, { kind: 'file', name: file.path });
  }
  const { fallback } = setting;
  const value = typeof fallback === 'object' && 'words' in fallback ? undefined : fallback;
  return { setting, value, origin: { kind: 'default' } };
}

function checked(setting: Setting, raw: unknown, origin: Origin): Sourced {
  const result = v.safeParse(schemaOf(setting.kind), raw);
  if (!result.success) {
    const value: unknown = Array.isArray(raw) && raw.length === 1 ? raw[0] : raw;
    throw new QuorateError('Q9002', `${placeOf(setting, origin)} cannot be ${shown(value)}`, expectation(setting.kind));
  }
  return { setting, value: result.output, origin };
}

const placeOf = (setting: Setting, origin: Origin): string =>
  origin.kind === 'file' ? `${setting.name} in ${origin.name}` : origin.kind === 'default' ? setting.name : origin.name;

function schemaOf(kind: SettingKind): v.GenericSchema<unknown, SettingValue> {
  switch (kind.kind) {
    case 'integer':
      return v.pipe(numeral(/^[+-]?\d+$/), v.safeInteger(), v.minValue(kind.min), v.maxValue(kind.max));
    case 'number':
      return v.pipe(numeral(/^[+-]?\d+(\.\d+)?(e[+-]?\d+)?$/i), v.finite(), v.minValue(kind.min), v.maxValue(kind.max));
    case 'range':
      return v.pipe(
        v.union([v.string(), v.pipe(v.number(), v.transform(String))]),
        v.trim(),
        v.check((text) => isRange(text, kind.min, kind.max)),
        v.transform((text) => (text.includes('..') ? text : Number(text))),
      );
    case 'switch':
      return v.union([
        v.boolean(),
        v.pipe(
          v.string(),
          v.picklist(['true', 'false', '1', '0', 'yes', 'no']),
          v.transform((word) => ['true', '1', 'yes'].includes(word)),
        ),
      ]);
    case 'word':
      return v.picklist(kind.words);
    case 'text':
      return v.pipe(v.string(), v.nonEmpty());
    case 'texts':
      return v.union([
        v.array(v.pipe(v.string(), v.nonEmpty())),
        v.pipe(
          v.string(),
          v.transform((list) => list.split(kind.separator ?? ',').map((item) => item.trim())),
          v.array(v.pipe(v.string(), v.nonEmpty())),
        ),
      ]);
  }
}

function isRange(text: string, min: number, max: number): boolean {
  const [, low = '', high = low] = /^(\d{1,9})(?:\.\.(\d{1,9}))?$/.exec(text) ?? [];
  return low !== '' && min <= Number(low) && Number(low) <= Number(high) && Number(high) <= max;
}

/** Flags and variables are text, files hold numbers: both become a number. */
const numeral = (pattern: RegExp): v.GenericSchema<unknown, number> =>
  v.union([v.number(), v.pipe(v.string(), v.trim(), v.regex(pattern), v.transform(Number))]);

/** A misspelt variable would be ignored silently: say so. */
function unknownVariables(environment: Sources['environment']): readonly string[] {
  const known = settingsOf.all.map(variableOf);
  return Object.keys(environment)
    .filter((name) => name.startsWith('QUORATE_') && !known.includes(name))
    .map((name) => `the environment variable ${name} is no setting (${suggestion(name, known, 'it is ignored')})`);
}
