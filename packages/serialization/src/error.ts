/** One entry of an error catalogue: what `quorate explain CODE` prints. */
export interface ErrorExplanation {
  /** The error in a few words. */
  readonly title: string;
  /** Why it exists, and what to do about it; paragraphs separated by blank lines. */
  readonly text: string;
}

/** Codes to explanations; every package exports one, and codes never change their meaning. */
export type ErrorCatalogue = Readonly<Record<string, ErrorExplanation>>;

/**
 * Our caller erred. A peer's misbehaviour is never an error: it is a refusal (decoder) or a fault (protocol).
 *
 * Codes: Q1xxx group and configuration · Q2xxx serialization · Q3xxx transport and hosts · Q4xxx broadcasts ·
 * Q5xxx simulation · Q9xxx the command.
 */
export class QuorateError extends Error {
  override readonly name = 'QuorateError';
  /** Stable code, such as `Q1003`. */
  readonly code: string;
  /** What to try next, in one line; empty when there is nothing to add. */
  readonly hint: string;

  constructor(code: string, message: string, hint = '', options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.hint = hint;
  }
}
