export * from './adversaries/index.js';
export { errors } from './errors.js';
export { seededRandom, type Random } from './random.js';
