/** What a command sees of the world around it: tests give it another one. */
export interface Surroundings {
  /** Standard output: the result and nothing else. */
  readonly out: Output;
  /** Standard error: progress, logs, errors. */
  readonly err: Output;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** A stream that text is written to. */
export interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  /** How wide the terminal is, in characters. */
  readonly columns?: number;
}
