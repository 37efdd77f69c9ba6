/** What comes of judging a run, whatever was promised. */

/** How a run ended: nothing moved any more, it was given up while something did, or somebody interrupted it. */
export type Ending = 'quiet' | 'timeout' | 'interrupted';

/** A promise that was broken, with the first event that shows it. */
export interface Violation {
  /** The key of the promise. */
  readonly property: string;
  readonly kind: 'safety' | 'liveness';
  /** Of a broadcast: whose value, and which. */
  readonly sender?: number;
  readonly sequence?: number;
  /** The event in words. */
  readonly detail: string;
}

/** The judgement. */
export interface Judgement {
  readonly verdict: 'valid' | 'violated' | 'undecided';
  /** `null`: not decided when the run ended. */
  readonly properties: Readonly<Record<string, boolean | null>>;
  readonly violations: readonly Violation[];
}

/** How much the judge could see. */
interface Looked {
  readonly ending: Ending;
  /** Something that came out was not recorded. */
  readonly unseen: boolean;
  /** Only a part of what was recorded was looked at. */
  readonly partly?: boolean;
}

/** What was found of each promise, put together: liveness is about the end, safety holds at every moment. */
export function judgementOf(
  promises: readonly { readonly key: string; readonly kind: 'safety' | 'liveness' }[],
  found: readonly Violation[],
  { ending, unseen, partly = false }: Looked,
): Judgement {
  const open = ending !== 'quiet';
  const properties: Record<string, boolean | null> = {};
  for (const { key, kind } of promises) {
    const violated = found.some(({ property }) => property === key);
    const undecided = violated ? kind === 'liveness' && open : partly || (kind === 'safety' && unseen);
    properties[key] = undecided ? null : !violated;
  }
  const violations = found.filter(({ property }) => properties[property] === false);
  const outcomes = Object.values(properties);
  const verdict = outcomes.includes(false) ? 'violated' : outcomes.includes(null) || open ? 'undecided' : 'valid';
  return { verdict, properties, violations };
}
