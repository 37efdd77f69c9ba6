import { nodeId, createGroup } from '@quorate/transport';
import { describe, expect, it } from 'vitest';
import { drawPlan, Exercised, runPlan, traitsOf } from '../src/index.js';
import { MessageKinds } from '../src/message-kinds.js';
import { gossip } from './gossip.js';
import { EchoToy } from './toys.js';

describe('what a campaign exercised', () => {
  const group = createGroup({ nodes: 4 });

  it('counts messages by kind, rules, behaviours and conditions, and names what never happened', () => {
    const exercised = new Exercised();
    const watched = exercised.watch(gossip);
    const space = { subject: 'gossip', nodes: [4, 4] as const, behaviours: ['silent', 'flood'], count: 1 };
    for (let seed = 0; seed < 30; seed++) {
      const plan = drawPlan(space, seed);
      exercised.ran(plan, runPlan(watched, plan).simulation);
    }
    const told = exercised.toJSON();
    expect(Object.keys(told.messages)).toEqual(['heard', 'news']);
    expect(told.messages['news']).toBeGreaterThanOrEqual(3 * 30);
    expect(told.rules).toEqual({ believe: 30 });
    expect(Object.keys(told.behaviours)).toEqual(['flood', 'silent']);
    expect(told.conditions['loss']).toBeGreaterThan(0);
    const missing = exercised.missing().map(({ part, name }) => `${part} ${name}`);
    expect(missing).toContain('rules doubt');
    expect(missing).toContain('behaviours equivocate');
    expect(missing).not.toContain('behaviours forge-sender');
  });

  it('is added up across threads', () => {
    const [sum, part] = [new Exercised(), new Exercised()];
    const watched = part.watch(gossip);
    const plan = drawPlan(
      { subject: 'gossip', nodes: [4, 4], faults: [{ node: nodeId(group, 3), behaviour: 'silent' }] },
      1,
    );
    part.ran(plan, runPlan(watched, plan).simulation);
    const sent = JSON.parse(JSON.stringify(part)) as ReturnType<Exercised['toJSON']>;
    sum.add(sent);
    sum.add(sent);
    expect(sum.toJSON().behaviours).toEqual({ silent: 2 });
  });

  it('what can happen to a subject is read from its protocol', () => {
    const traits = traitsOf(gossip);
    expect(traits).toMatchObject({ kinds: ['news', 'heard'], durable: false, timed: false, reopens: false });
    expect(traits.behaviours).not.toContain('forge-sender');
    expect(traits.behaviours).toContain('fuzz');
    expect(new MessageKinds(new EchoToy(group, nodeId(group, 0)).schema.shape).all).toEqual(['input', 'echo', 'vote']);
  });
});
