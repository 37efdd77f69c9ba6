/**
 * Thresholds, named by what they buy. Each counts distinct nodes. At n = 3f + 1 the last three are equal; at other n
 * they are not, and taking one for another breaks a property (the tests of each protocol show which).
 */
import type { Group } from './group.js';

/** Among so many nodes at least one is correct: f + 1. */
export const oneCorrect = ({ f }: Group): number => f + 1;

/**
 * Two sets of so many nodes share a correct one: ⌊(n + f) / 2⌋ + 1. Two such sets have 2q − n ≥ f + 1 nodes in common.
 */
export const intersecting = ({ n, f }: Group): number => Math.floor((n + f) / 2) + 1;

/** So many nodes answer even when every faulty one is silent: n − f. Never wait for more. */
export const allCorrect = ({ n, f }: Group): number => n - f;

/** So many nodes include f + 1 correct ones, enough to carry everybody else along: 2f + 1. */
export const deliver = ({ f }: Group): number => 2 * f + 1;
