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

export type ProtocolName = (typeof protocolNames)[number];

/** The protocol that runs when nobody names one. */
export const defaultProtocol: ProtocolName = 'bracha';
