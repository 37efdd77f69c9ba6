import type { Shape } from '@quorate/transport';

/** Behind the kind of a message that carries another stands the kind of that one: `broadcast/echo`. */
const slash = '/';
/** What a message is called whose schema has no kinds. */
const plain = 'message';

/** Names messages by their kinds, as their schema lays them out: cheap enough to be asked of every message. */
export class MessageKinds {
  /** Every name that there is, in the order of the schema. */
  readonly all: readonly string[];
  readonly #nameOf: (message: unknown) => string;

  constructor(shape: Shape) {
    const naming = namingOf(shape);
    this.all = naming?.names ?? [plain];
    this.#nameOf = naming?.nameOf ?? (() => plain);
  }

  nameOf(message: unknown): string {
    return this.#nameOf(message);
  }
}

interface Naming {
  readonly names: readonly string[];
  readonly nameOf: (message: unknown) => string;
}

function namingOf(shape: Shape): Naming | undefined {
  if (shape.kind === 'record') return within(shape.fields);
  if (shape.kind !== 'union') return undefined;
  const cases = new Map<unknown, Naming>();
  for (const one of shape.cases) {
    const inner = within(one.fields);
    const { name } = one;
    if (inner === undefined) {
      cases.set(name, { names: [name], nameOf: () => name });
      continue;
    }
    const outer = new Map(inner.names.map((carried) => [carried, `${name}${slash}${carried}`]));
    cases.set(name, {
      names: [...outer.values()],
      nameOf: (message) => outer.get(inner.nameOf(message)) ?? name,
    });
  }
  return {
    names: [...cases.values()].flatMap(({ names }) => names),
    nameOf: (message) => cases.get(partOf(message, 'kind'))?.nameOf(message) ?? plain,
  };
}

/** By the first field that has kinds. */
function within(fields: readonly { readonly name: string; readonly shape: Shape }[]): Naming | undefined {
  for (const { name, shape } of fields) {
    const inner = namingOf(shape);
    if (inner !== undefined) return { names: inner.names, nameOf: (message) => inner.nameOf(partOf(message, name)) };
  }
  return undefined;
}

const partOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>)[name] : undefined;
