export * from './codec.js';
export * from './error.js';
export * from './schema.js';
