export * from './codec.js';
export { codec } from './compile.js';
export * from './digest.js';
export { equalBytes } from '#bytes';
export * from './error.js';
export { errors } from './errors.js';
export { mutate } from './mutate.js';
export { sample, type RandomSource } from './sample.js';
export * from './schema.js';
