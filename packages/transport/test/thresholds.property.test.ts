/**
 * Thresholds against a deliberately dumb twin: all sets of nodes, all sets of faulty ones. Each test also shows that one less
 * would not do, so that none of the names promises what a smaller number gives.
 */
import { expect, test } from 'vitest';
import { allCorrect, createGroup, deliver, intersecting, maxFaulty, oneCorrect, type Group } from '../src/index.js';

const groups: Group[] = [];
for (let nodes = 1; nodes <= 10; nodes++) {
  for (let faulty = 0; faulty <= maxFaulty(nodes); faulty++) groups.push(createGroup({ nodes, faulty }));
}

const bits = (set: number): number => set.toString(2).replaceAll('0', '').length;

/** All sets of `size` nodes, as bits. */
const setsOf = ({ n }: Group, size: number): number[] =>
  Array.from({ length: 1 << n }, (_, set) => set).filter((set) => bits(set) === size);

/** Whether `claim` holds whichever f nodes are faulty. */
const whateverTheFaults = (group: Group, claim: (faulty: number) => boolean): boolean =>
  setsOf(group, group.f).every(claim);

test.each(groups)('n = $n, f = $f: among oneCorrect nodes one is correct, among fewer none need be', (group) => {
  const holds = (size: number): boolean =>
    whateverTheFaults(group, (faulty) => setsOf(group, size).every((set) => (set & ~faulty) !== 0));
  expect(holds(oneCorrect(group))).toBe(true);
  expect(holds(oneCorrect(group) - 1)).toBe(false);
});

test.each(groups)(
  'n = $n, f = $f: two sets of intersecting nodes share a correct one, two smaller ones need not',
  (group) => {
    // By symmetry the faulty nodes may be taken as the first f.
    const faulty = (1 << group.f) - 1;
    const holds = (size: number): boolean => {
      const sets = setsOf(group, size);
      return sets.every((one) => sets.every((two) => (one & two & ~faulty) !== 0));
    };
    expect(holds(intersecting(group))).toBe(true);
    expect(holds(intersecting(group) - 1)).toBe(false);
  },
);

test.each(groups)('n = $n, f = $f: allCorrect nodes answer when the faulty are silent, one more do not', (group) => {
  const answers = (size: number): boolean =>
    whateverTheFaults(group, (faulty) => setsOf(group, size).some((set) => (set & faulty) === 0));
  expect(answers(allCorrect(group))).toBe(true);
  expect(answers(allCorrect(group) + 1)).toBe(false);
});

test.each(groups)('n = $n, f = $f: deliver nodes include oneCorrect correct ones, fewer do not', (group) => {
  const holds = (size: number): boolean =>
    whateverTheFaults(group, (faulty) => setsOf(group, size).every((set) => bits(set & ~faulty) >= oneCorrect(group)));
  expect(holds(deliver(group))).toBe(true);
  expect(holds(deliver(group) - 1)).toBe(false);
});

test.each(groups)('n = $n, f = $f: no threshold asks for more nodes than answer', (group) => {
  for (const threshold of [oneCorrect, intersecting, deliver])
    expect(threshold(group)).toBeLessThanOrEqual(allCorrect(group));
});

test('at n = 3f + 1 three of them are equal, at other n a bare 2f + 1 does not intersect', () => {
  for (const group of groups.filter(({ n, f }) => n === 3 * f + 1)) {
    expect([intersecting(group), allCorrect(group)]).toEqual([deliver(group), deliver(group)]);
  }
  const six = createGroup({ nodes: 6, faulty: 1 });
  expect([oneCorrect(six), deliver(six), intersecting(six), allCorrect(six)]).toEqual([2, 3, 4, 5]);
});
