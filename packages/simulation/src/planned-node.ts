/** From a plan to what its nodes run, and to what is held back between them. */
import { nodeIds, QuorateError } from '@quorate/transport';
import type { AdversaryContext } from './adversaries/behaviour.js';
import { behaviours, type AdversaryTimer } from './adversaries/index.js';
import { Liar } from './adversaries/liar.js';
import { checkFuzz, dropsOf, fuzzed, smallLies } from './fuzz.js';
import type { InFlight } from './hold.js';
import type { AnyProtocol } from './node-slot.js';
import type { RunPlan } from './plan.js';
import { seededRandom } from './random.js';
import type { Simulation } from './simulation.js';
import type { NodeContext } from './simulation-options.js';
import type { Subject } from './subject.js';
import { checkTwins, TwinsReach } from './twins-scenarios.js';

/** Junk of one faulty node: what fills windows is drawn now and then, and a campaign has time for other lies. */
const defaultJunk = 200;
/** Conspirators draw from a stream of their own, which is the same for all of them. */
const sharedStream = 0x7368_6172;

/** What a node runs: the honest protocol, or the same one lying. Throws Q5015 on an unknown behaviour. */
export function plannedNode<I, M, O, T, R>(
  subject: Subject<I, M, O, T, R>,
  plan: RunPlan,
  context: NodeContext,
): AnyProtocol<I, M, O, T | AdversaryTimer, R> {
  const fault = plan.faults.find(({ node }) => node === context.self);
  if (fault === undefined) return subject.honest(context);
  const { group, self, random } = context;
  const shared = seededRandom(plan.seed ^ sharedStream);
  const junk = plan.junk ?? defaultJunk;
  const make = (): AnyProtocol<I, M, O, T, R> => subject.honest(context);
  const when = fault.when && { when: fault.when };
  const adversary: AdversaryContext = { group, self, random, shared, junk, ...when };
  if (fault.behaviour === fuzzed) {
    const honest = make();
    const lies = (plan.fuzz?.lies ?? []).filter(({ node }) => node === self);
    return new Liar(honest, adversary, smallLies(honest.schema, lies, adversary));
  }
  const own = subject.behaviours ?? [];
  const behaviour = own.find(({ name }) => name === fault.behaviour) ?? behaviours.get(fault.behaviour);
  if (behaviour === undefined) {
    throw new QuorateError(
      'Q5015',
      `there is no behaviour "${fault.behaviour}"`,
      `use ${[...behaviours.keys(), ...own.map(({ name }) => name)].join(', ')}`,
    );
  }
  if (plan.twins?.identities.includes(self) !== true) return behaviour.wrap(make, adversary);
  const twin = new TwinsReach(group, make().schema, plan.twins).twinOf(self);
  return behaviour.wrap(make, { ...adversary, twin });
}

/** Holds back what the plan's rounds hold back, until their time, and on links that are `ordered` what comes behind it. Throws Q1002 (no such node), Q5016 (no round, no tick) or Q5019 (no such lie). */
export function planRounds<I, M, O, T, R>(
  plan: RunPlan,
  simulation: Simulation<I, M, O, T, R>,
  ordered: boolean,
): void {
  const { fuzz, twins } = plan;
  const { group } = simulation;
  if (fuzz === undefined && twins === undefined) return;
  const [schema] = nodeIds(group).flatMap((node) => simulation.protocol(node)?.schema ?? []);
  if (fuzz !== undefined) checkFuzz(group, fuzz);
  if (twins !== undefined) checkTwins(group, twins, plan.faults);
  if (schema === undefined) return;
  const holdUntil = (until: number, holds: Condition<M>): void => {
    const held = simulation.hold(ordered ? andBehind(holds) : holds);
    simulation.at(until, () => held.release());
  };
  if (fuzz !== undefined && fuzz.drops.length > 0) {
    const drops = dropsOf(schema, fuzz.drops);
    holdUntil(fuzz.until, ({ from, to, message }) => drops(from, to, message));
  }
  if (twins !== undefined) {
    const reach = new TwinsReach(group, schema, twins);
    holdUntil(twins.until, ({ from, to, message }) => reach.holds(from, to, message));
  }
}

type Condition<M> = (message: InFlight<M>) => boolean;

/** What is held, and all that the same link brings after it. */
function andBehind<M>(holds: Condition<M>): Condition<M> {
  const stopped = new Set<string>();
  return (message) => {
    const link = `${message.from}>${message.to}`;
    if (!stopped.has(link) && !holds(message)) return false;
    stopped.add(link);
    return true;
  };
}
