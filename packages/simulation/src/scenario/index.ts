/**
 * Scenarios: one situation each, as text that people read. A paragraph is a few commands, a line of four dashes, and what came of them:
 *
 * ```
 * group nodes=4 liars=3
 * say 3 -> 0,1: input sender=3 sequence=0 payload=0x05
 * run
 * ----
 * nodes 0 1 2: output sender=3 sequence=0 payload=0x05
 * ```
 */
import { Scenario, type ScenarioSubject } from './scenario.js';

export type { ScenarioSubject } from './scenario.js';

/**
 * Carries out a scenario and answers its text with what really came of each paragraph: equal to the given one where everything went as
 * expected, and what to write into the file where the expectation has changed. Lines that begin with `#` are for people. Throws Q5040 on
 * what is no scenario.
 */
export function runScenario<I, M, O, T = never, R = never>(
  text: string,
  subject: ScenarioSubject<I, M, O, T, R>,
): string {
  const scenario = new Scenario(subject);
  const paragraphs = text.trimEnd().split(/\n{2,}/);
  const results = paragraphs.map((paragraph) => {
    const lines = paragraph.split('\n');
    const end = lines.indexOf('----');
    const input = end < 0 ? lines : lines.slice(0, end);
    const commands = input.filter((line) => !line.startsWith('#'));
    if (commands.length === 0) return paragraph;
    return [...input, '----', scenario.perform(commands)].join('\n');
  });
  return `${results.join('\n\n')}\n`;
}
