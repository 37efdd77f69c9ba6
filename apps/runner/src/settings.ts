/**
 * Every setting of the command as data: its flag, its range, what it means. The flags, the environment variables
 * (`QUORATE_` and the name in capitals), the keys of a configuration file and the help all follow from this table.
 */

/** What values a setting takes. */
export type SettingKind =
  | { readonly kind: 'integer'; readonly min: number; readonly max: number }
  | { readonly kind: 'number'; readonly min: number; readonly max: number }
  /** One whole number, or LO..HI. */
  | { readonly kind: 'range'; readonly min: number; readonly max: number }
  | { readonly kind: 'switch' }
  | { readonly kind: 'word'; readonly words: readonly string[] }
  | { readonly kind: 'text' }
  /** Repeatable as a flag; separated in the environment, by commas unless it says otherwise; a list in a file. */
  | { readonly kind: 'texts'; readonly separator?: string };

/** One setting. */
export interface Setting {
  /** Its name everywhere: `--name`, `QUORATE_NAME`, `name =`. */
  readonly name: string;
  readonly short?: string;
  /** What stands for the value in the help. */
  readonly placeholder?: string;
  readonly kind: SettingKind;
  readonly meaning: string;
  /** The default, or in words where it follows from something else. */
  readonly fallback: string | number | boolean | readonly string[] | { readonly words: string };
}

/** The most bytes that one broadcast carries: 1 MiB. */
export const maxPayload = 1_048_576;

/** The most coordinates that a point has. A literal, so that help need not load what agrees on them. */
export const mostCoordinates = 4;

const integer = (min: number, max: number): SettingKind => ({ kind: 'integer', min, max });

const groupSettings: readonly Setting[] = [
  { name: 'nodes', short: 'n', placeholder: 'N', kind: integer(1, 256), meaning: 'group size', fallback: 4 },
  {
    name: 'faulty',
    short: 'f',
    placeholder: 'F',
    kind: integer(0, 255),
    meaning: 'faults to tolerate, 3F < N; of approximate (D + 2)F < N',
    fallback: { words: '⌊(N−1)/3⌋' },
  },
  {
    name: 'fault',
    placeholder: 'NODE:BEHAVIOUR[@WHEN]',
    kind: { kind: 'texts' },
    meaning: 'a node that misbehaves; repeatable',
    fallback: [],
  },
  {
    name: 'allow-unsafe',
    kind: { kind: 'switch' },
    meaning: 'permit 3F ≥ N and more faulty nodes than F',
    fallback: false,
  },
  {
    name: 'broadcast',
    placeholder: 'NAME',
    kind: { kind: 'text' },
    meaning: 'the broadcast layer, held to the promises of the protocol',
    fallback: 'bracha',
  },
  {
    name: 'seed',
    placeholder: 'S',
    kind: integer(0, 4_294_967_295),
    meaning: 'seed of every random choice',
    fallback: { words: 'random, printed' },
  },
];

const payload: Setting = {
  name: 'payload',
  placeholder: 'BYTES',
  kind: integer(0, maxPayload),
  meaning: 'length of a value',
  fallback: 64,
};

/** What approximate agreement is about. */
const pointSettings: readonly Setting[] = [
  {
    name: 'dimension',
    placeholder: 'D',
    kind: integer(1, mostCoordinates),
    meaning: 'coordinates of a point (approximate)',
    fallback: { words: '1' },
  },
  {
    name: 'epsilon',
    placeholder: 'E',
    kind: { kind: 'number', min: 0, max: Number.MAX_VALUE },
    meaning: 'how near decisions come (approximate)',
    fallback: { words: '0.001' },
  },
  {
    name: 'range',
    placeholder: 'LO..HI',
    kind: { kind: 'text' },
    meaning: 'what coordinates lie between (approximate)',
    fallback: { words: '0..1' },
  },
];

/** What votes are about. */
const voteSettings: readonly Setting[] = [
  {
    name: 'propose',
    placeholder: 'V',
    kind: integer(1, 999),
    meaning: 'the value that leaders propose (vote)',
    fallback: { words: 'random' },
  },
  {
    name: 'quorum',
    placeholder: 'RULE',
    kind: { kind: 'word', words: ['kings', 'majority'] },
    meaning: 'kings, or more than half of one vote, which a liar splits (vote)',
    fallback: { words: 'kings' },
  },
  {
    name: 'retries',
    placeholder: 'R',
    kind: integer(0, 1023),
    meaning: 'further attempts, each with the next leader (vote)',
    fallback: { words: '3' },
  },
  {
    name: 'batch',
    placeholder: 'B',
    kind: integer(1, 512),
    meaning: 'values that are decided at once (vote)',
    fallback: { words: '1' },
  },
  {
    name: 'period',
    placeholder: 'MS',
    kind: integer(1, 3_600_000),
    meaning: 'ticks that a step of a vote lasts at most: three times the longest delay',
    fallback: { words: '200, with --log 1000; in sim 100' },
  },
];

/** Where decisions are kept. */
const logSetting: Setting = {
  name: 'log',
  placeholder: 'DIR',
  kind: { kind: 'text' },
  meaning: 'keep what was decided, and go on from it (vote)',
  fallback: { words: 'none' },
};

const workSettings: readonly Setting[] = [
  {
    name: 'count',
    placeholder: 'K',
    kind: integer(1, 100_000_000),
    meaning: 'values from each sender',
    fallback: 1,
  },
  {
    name: 'rounds',
    placeholder: 'R',
    kind: integer(1, 100_000_000),
    meaning: 'rounds, of a protocol that has them',
    fallback: 1,
  },
  payload,
  {
    name: 'sender',
    placeholder: 'I',
    kind: integer(0, 255),
    meaning: 'only node I broadcasts',
    fallback: { words: 'every node' },
  },
  {
    name: 'input',
    placeholder: 'FILE',
    kind: { kind: 'text' },
    meaning: 'broadcast the lines of a file instead',
    fallback: { words: 'none' },
  },
  {
    name: 'chunk',
    placeholder: 'BYTES',
    kind: integer(1, maxPayload),
    meaning: 'pieces of this size instead of lines',
    fallback: { words: 'lines' },
  },
  {
    name: 'plot',
    placeholder: 'FILE.svg',
    kind: { kind: 'text' },
    meaning: 'draw the points of approximate converging',
    fallback: { words: 'none' },
  },
  {
    name: 'timeout',
    placeholder: 'MS',
    kind: integer(1, 86_400_000),
    meaning: 'give up when nothing moved for so long; how long a run takes in all does not matter',
    fallback: 10_000,
  },
];

/** Of the demonstration. */
const allProtocols: Setting = {
  name: 'all',
  kind: { kind: 'switch' },
  meaning: 'every protocol over the same group at the same time',
  fallback: false,
};

const simSettings: readonly Setting[] = [
  {
    name: 'seeds',
    placeholder: 'A..B',
    kind: { kind: 'text' },
    meaning: 'a campaign over A ≤ seed < B, which ends at the first that violates',
    fallback: { words: 'one run' },
  },
  {
    name: 'latency',
    placeholder: 'D',
    kind: { kind: 'text' },
    meaning: 'ticks that a frame takes, such as 5 or 1..10',
    fallback: { words: '1..10' },
  },
  {
    name: 'loss',
    placeholder: 'P',
    kind: { kind: 'number', min: 0, max: 0.99 },
    meaning: 'share of frames that are lost at first, and arrive late',
    fallback: { words: '0' },
  },
  {
    name: 'partition',
    placeholder: 'A,B|C,D@T1..T2',
    kind: { kind: 'texts', separator: ';' },
    meaning: 'sides that do not hear each other from tick T1 until T2; repeatable',
    fallback: [],
  },
  {
    name: 'lossy',
    kind: { kind: 'switch' },
    meaning: 'what is lost or cut stays lost: asserts safety only',
    fallback: false,
  },
  {
    name: 'trace',
    placeholder: 'FILE',
    kind: { kind: 'text' },
    meaning: 'write every event to a file, for replay and trace',
    fallback: { words: 'none' },
  },
];

const traceSettings: readonly Setting[] = [
  {
    name: 'to',
    placeholder: 'FORM',
    kind: { kind: 'word', words: ['stats', 'shiviz', 'mermaid', 'perfetto'] },
    meaning: 'stats, or a picture: shiviz, mermaid, perfetto',
    fallback: 'stats',
  },
  {
    name: 'output',
    placeholder: 'FILE',
    kind: { kind: 'text' },
    meaning: 'where the picture is written',
    fallback: { words: 'standard output' },
  },
  {
    name: 'collapse',
    kind: { kind: 'switch' },
    meaning: 'one arrow for each broadcast that a node delivers, instead of its messages (mermaid)',
    fallback: false,
  },
  {
    name: 'from-tick',
    placeholder: 'T',
    kind: integer(0, 2 ** 31),
    meaning: 'leave out what happened before',
    fallback: { words: 'the first' },
  },
  {
    name: 'to-tick',
    placeholder: 'T',
    kind: integer(0, 2 ** 31),
    meaning: 'leave out what happened after',
    fallback: { words: 'the last' },
  },
  {
    name: 'limit',
    placeholder: 'N',
    kind: integer(1, 100_000_000),
    meaning: 'show at most so many events',
    fallback: { words: 'as many as the viewer shows well' },
  },
];

const benchSettings: readonly Setting[] = [
  payload,
  {
    name: 'seconds',
    placeholder: 'S',
    kind: { kind: 'number', min: 0.1, max: 86_400 },
    meaning: 'length of one run',
    fallback: 2,
  },
  {
    name: 'runs',
    placeholder: 'R',
    kind: integer(1, 1000),
    meaning: 'runs, of which the median counts',
    fallback: 3,
  },
  {
    name: 'gate',
    placeholder: 'EXPR',
    kind: { kind: 'texts' },
    meaning: 'a bound such as ops>=200000 or p99<=50ms; status 4 if missed; repeatable',
    fallback: [],
  },
];

const commonSettings: readonly Setting[] = [
  {
    name: 'config',
    placeholder: 'FILE',
    kind: { kind: 'text' },
    meaning: 'settings from a TOML or JSON file',
    fallback: { words: 'none' },
  },
  { name: 'json', kind: { kind: 'switch' }, meaning: 'one JSON document on standard output', fallback: false },
  { name: 'quiet', kind: { kind: 'switch' }, meaning: 'no progress, no logs, one line of result', fallback: false },
  { name: 'color', kind: { kind: 'switch' }, meaning: 'colours on a terminal (NO_COLOR)', fallback: true },
  {
    name: 'log-level',
    placeholder: 'LEVEL',
    kind: { kind: 'word', words: ['debug', 'info', 'warn', 'error', 'silent'] },
    meaning: 'what goes to standard error: debug, info, warn, error, silent',
    fallback: 'warn',
  },
];

/** A campaign draws the size of the group, so that there it may be a range. */
function orRange(setting: Setting): Setting {
  if (setting.name !== 'nodes') return setting;
  return { ...setting, placeholder: 'N|LO..HI', kind: { kind: 'range', min: 1, max: 256 } };
}

/** The commands that take settings; `plain` stands for those that only print, `all` for `config`. */
export type CommandName = 'run' | 'vote' | 'sim' | 'trace' | 'demo' | 'bench' | 'plain' | 'all';

/** The commands that take settings, with the ones they take; `all` has every setting once. */
export const settingsOf: Readonly<Record<CommandName, readonly Setting[]>> = {
  run: [...groupSettings, ...pointSettings, ...voteSettings, logSetting, ...workSettings, ...commonSettings],
  sim: [
    ...groupSettings.map(orRange),
    ...pointSettings,
    ...voteSettings,
    ...workSettings.filter(({ name }) => ['count', 'rounds', 'payload', 'sender', 'plot'].includes(name)),
    ...simSettings,
    ...commonSettings,
  ],
  vote: [
    ...groupSettings.filter(({ name }) => name !== 'broadcast'),
    ...voteSettings,
    logSetting,
    ...workSettings.filter(({ name }) => ['rounds', 'timeout'].includes(name)),
    ...commonSettings,
  ],
  demo: [...groupSettings, ...workSettings.filter(({ name }) => name !== 'plot'), allProtocols, ...commonSettings],
  bench: [...groupSettings, ...pointSettings, ...voteSettings, logSetting, ...benchSettings, ...commonSettings],
  trace: [...traceSettings, ...commonSettings],
  plain: commonSettings,
  all: [
    ...groupSettings.map(orRange),
    ...pointSettings,
    ...voteSettings,
    logSetting,
    ...workSettings,
    allProtocols,
    ...simSettings,
    ...traceSettings,
    ...benchSettings.filter((setting) => setting !== payload),
    ...commonSettings,
  ],
};

/** The variable of the environment that holds a setting. */
export const variableOf = (setting: Setting): string => `QUORATE_${setting.name.toUpperCase().replaceAll('-', '_')}`;

/** The flag that holds a setting, for messages. */
export const flagOf = (setting: Setting): string => (setting.name === 'color' ? '--no-color' : `--${setting.name}`);

/** What a setting takes, for hints. */
export function expectation(kind: SettingKind): string {
  switch (kind.kind) {
    case 'integer':
      return `use a whole number, ${kind.min} … ${kind.max}`;
    case 'number':
      return `use a number, ${kind.min} … ${kind.max}`;
    case 'range':
      return `use a whole number, ${kind.min} … ${kind.max}, or a range such as 4..10`;
    case 'switch':
      return 'use true or false';
    case 'word':
      return `use ${kind.words.join(', ')}`;
    case 'text':
      return 'use a text that is not empty';
    case 'texts':
      return 'use texts that are not empty';
  }
}
