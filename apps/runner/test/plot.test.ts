import { describe, expect, it } from 'vitest';
import { roundsFor, type Declared, type Point } from '@quorate/barycentric-agreement';
import { plotPoints } from '../src/protocols/approximate/plot.js';

const declared: Declared = { dimension: 2, epsilon: 0.5, range: [-1, 1] };
const rounds = roundsFor(declared);

/** A node that walks in a straight line. */
const path = (node: string, from: Point, to: Point, steps = rounds): Parameters<typeof plotPoints>[0][number] => ({
  node,
  points: [
    Array.from({ length: steps + 1 }, (_, round) =>
      from.map((part, axis) => part + ((to[axis] ?? 0) - part) * (round / rounds)),
    ),
  ],
});

const count = (svg: string, sought: string): number => svg.split(sought).length - 1;

describe('a plot', () => {
  it('shows where every node began, went and decided, and how far they were apart', () => {
    const svg = plotPoints(
      [path('0', [-1, -1], [0, 0]), path('2', [1, -1], [0, 0.25]), path('3', [0, 1], [0, 0])],
      declared,
    );
    expect(count(svg, '<polyline')).toBe(3);
    expect(count(svg, 'class="start"')).toBe(3);
    expect(count(svg, 'r="7.5"')).toBe(3);
    expect(count(svg, 'class="bar"')).toBe(rounds + 1);
    // The hull has a corner at each of the three inputs.
    expect(/class="hull" points="([^"]*)"/.exec(svg)?.[1]?.split(' ')).toHaveLength(3);
    for (const words of ['decided within 0.25', 'coordinate 1', '>node 2<', `after round ${rounds}: 0.25 apart`])
      expect(svg).toContain(words);
  });

  it('is readable in light and in dark, and every tag that is opened is closed', () => {
    const svg = plotPoints([path('0', [-1, -1], [0, 0])], declared);
    expect(svg).toContain('@media (prefers-color-scheme:dark)');
    const body = svg.replace(/<style>.*<\/style>/s, '');
    const open: string[] = [];
    for (const [, end, name = '', alone] of body.matchAll(/<(\/?)([a-z]+)[^>]*?(\/?)>/g)) {
      if (end === '/') expect(open.pop()).toBe(name);
      else if (alone !== '/') open.push(name);
    }
    expect(open).toEqual([]);
  });

  it('gives no ring to who has not decided, and says how many have', () => {
    const svg = plotPoints(
      [path('0', [-1, -1], [0, 0]), path('1', [1, 1], [0, 0], 1), { node: '2', points: [] }],
      declared,
    );
    expect(count(svg, 'r="7.5"')).toBe(1);
    expect(svg).toContain('1 of 3 have decided');
    expect(count(svg, 'class="bar"')).toBe(0);
  });

  it.each<[string, Declared, Point]>([
    ['the widest range', { dimension: 1, epsilon: 1e306, range: [-1.7e308, 1.7e308] }, [1.7e308]],
    ['a range of one point', { dimension: 1, epsilon: 1, range: [3, 3] }, [3]],
    ['four coordinates', { dimension: 4, epsilon: 0.5, range: [0, 1] }, [1, 0, 1, 0]],
    ['no node', declared, []],
  ])('has finite places only, with %s', (_, bounds, end) => {
    const points =
      end.length === 0
        ? []
        : [
            { node: '0', points: [[end, end]] },
            { node: '1', points: [[end.map((part) => -part)]] },
          ];
    expect(plotPoints(points, bounds)).not.toMatch(/NaN|Infinity|undefined/);
  });
});
