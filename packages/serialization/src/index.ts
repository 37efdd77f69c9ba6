export * from './codec.js';
export { codec } from './compile.js';
export * from './digest.js';
export * from './equal.js';
export * from './error.js';
export * from './schema.js';
