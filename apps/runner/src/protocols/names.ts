/** The protocols that `run`, `sim` and `bench` know, from the bottom of the tree up. */
export const protocolNames = [
  'basic',
  'bracha',
  'witness',
  'aggregated-witness',
  'barycentric',
  'approximate',
  'vote',
] as const;

/** Several of them over the same links at the same time: `run` and `sim` know these too. A rate of theirs would say nothing. */
export const combinationNames = ['together'] as const;

/** Everything that runs. */
export const runnableNames: readonly [...typeof protocolNames, ...typeof combinationNames] = [
  ...protocolNames,
  ...combinationNames,
];

export type RunnableName = (typeof runnableNames)[number];

/** The protocol that runs when nobody names one. */
export const defaultProtocol: RunnableName = 'bracha';
