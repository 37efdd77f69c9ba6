/** What the process answers to its caller: a contract, scripts rely on it. */
export const exitStatus = {
  valid: 0,
  safetyViolated: 1,
  undecided: 2,
  livenessViolated: 3,
  gateMissed: 4,
  usage: 64,
  internal: 70,
  interrupted: 130,
} as const;

/** One of the numbers that {@link exitStatus} names. */
export type ExitStatus = (typeof exitStatus)[keyof typeof exitStatus];
