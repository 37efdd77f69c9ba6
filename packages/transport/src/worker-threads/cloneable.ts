import { QuorateError } from '@quorate/serialization';

/**
 * Sees to it that a value arrives in a worker as it is: structured clone refuses functions and detached buffers with an
 * error that does not say where they are, and turns objects of classes into plain ones without a word.
 *
 * Throws Q3031, naming the place.
 */
export function checkCloneable(value: unknown, name: string): void {
  const seen = new Set<object>();
  // A list instead of recursion: data may be nested deeper than the stack.
  const open: { readonly value: unknown; readonly path: string }[] = [{ value, path: name }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { value: current, path } = next;
    if (typeof current === 'function' || typeof current === 'symbol') refuse(path, `a ${typeof current}`);
    if (typeof current !== 'object' || current === null || seen.has(current)) continue;
    seen.add(current);
    for (const [key, child] of childrenOf(current, path)) open.push({ value: child, path: `${path}${key}` });
  }
}

function childrenOf(object: object, path: string): Iterable<readonly [string, unknown]> {
  const prototype: unknown = Object.getPrototypeOf(object);
  if (prototype === Object.prototype || prototype === null) {
    return Object.entries(object).map(([key, child]: [string, unknown]) => [`.${key}`, child] as const);
  }
  if (prototype === Array.prototype && Array.isArray(object)) {
    return object.map((child: unknown, index) => [`[${index}]`, child] as const);
  }
  if (prototype === Map.prototype && object instanceof Map) {
    return [...object].flatMap(([key, child]: [unknown, unknown]) => [
      [`.key(${labelOf(key)})`, key] as const,
      [`.get(${labelOf(key)})`, child] as const,
    ]);
  }
  if (prototype === Set.prototype && object instanceof Set) {
    return [...object].map((child: unknown) => [`.has(${labelOf(child)})`, child] as const);
  }
  checkLeaf(object, prototype, path);
  return [];
}

/** What is neither plain nor a collection: it must arrive with its class. A `Buffer` arrives as the `Uint8Array` that it is. */
function checkLeaf(object: object, prototype: unknown, path: string): void {
  if (object instanceof SharedArrayBuffer) return;
  const view = ArrayBuffer.isView(object);
  const memory = view ? object.buffer : object;
  // Copying large buffers twice to find out that it works would be a waste; only an empty one can be detached.
  if (memory instanceof SharedArrayBuffer || (memory instanceof ArrayBuffer && memory.byteLength > 0)) return;
  const className = object.constructor.name;
  let copy: object;
  try {
    copy = structuredClone(memory);
  } catch (cause) {
    refuse(path, memory instanceof ArrayBuffer ? 'a detached buffer' : `an object of ${className}`, cause);
  }
  if (!view && Object.getPrototypeOf(copy) !== prototype)
    refuse(path, `an object of class ${className}, and would arrive without its class`);
}

function labelOf(key: unknown): string {
  return typeof key === 'string' ? JSON.stringify(key) : typeof key === 'number' ? String(key) : typeof key;
}

function refuse(path: string, what: string, cause?: unknown): never {
  throw new QuorateError(
    'Q3031',
    `${path} is ${what}: it cannot be passed to a worker`,
    'pass plain data, and build what has behaviour inside the worker',
    { cause },
  );
}
