import { closest, distance } from 'fastest-levenshtein';

/** The nearest of the known words, when it is near enough to have been meant. */
function nearest(word: string, known: readonly string[]): string | undefined {
  if (known.length === 0) return undefined;
  const lower = new Map(known.map((name) => [name.toLowerCase(), name]));
  const candidate = closest(word.toLowerCase(), [...lower.keys()]);
  const allowed = Math.max(2, Math.floor(Math.max(word.length, candidate.length) * 0.4));
  return distance(word.toLowerCase(), candidate) <= allowed ? lower.get(candidate) : undefined;
}

/** A hint for an unknown word: the nearest known one, or where all of them stand. */
export function suggestion(word: string, known: readonly string[], otherwise: string): string {
  const near = nearest(word, known);
  return near === undefined ? otherwise : `did you mean ${near}? ${otherwise}`;
}

/** A word from outside, quoted where it needs it and never longer than a line bears. */
export function shown(raw: unknown): string {
  const text = typeof raw === 'string' ? raw : (JSON.stringify(raw) ?? String(raw));
  const short = text.length > 60 ? `${text.slice(0, 59)}…` : text;
  return /^[\w.:@/+-]+$/.test(short) ? short : JSON.stringify(short);
}
