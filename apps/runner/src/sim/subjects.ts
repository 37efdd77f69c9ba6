/** Protocols as the simulator sees them: made from a plan, which names one and says what it is made with. */
import type { NodeId } from '@quorate/transport';
import type { CampaignSpace, Random, RunPlan, Subject } from '@quorate/simulation';
import { broadcastNamed } from '../catalogue/broadcasts.js';
import type { OutputSummary, ProtocolEntry, Stack } from '../protocols/protocol.js';
import type { BroadcastWatch } from '../protocols/watched-broadcast.js';
import { protocolNamed } from '../protocols/registry.js';

/** A subject, and what its nodes' outputs come to. */
export interface SimulatedParts<I, M, O, T> {
  readonly subject: Subject<I, M, O, T, unknown>;
  readonly summary: (outputs: readonly O[]) => OutputSummary;
}

/** A protocol that can be simulated; its types are its own. */
export interface Simulatable {
  readonly entry: ProtocolEntry;
  readonly stack: Stack;
  with<R>(use: <I, M, O, T>(parts: SimulatedParts<I, M, O, T>) => R): R;
}

/** What plans and spaces say of their protocol. */
type Named = Pick<RunPlan | CampaignSpace, 'subject' | 'settings'>;

/** The protocol of a plan, held to its promises. `payload` is the length of a value; without it, lengths are drawn. Throws Q9003 or Q9014. */
export async function subjectOf(
  plan: Named & { readonly payload?: number },
  watch?: BroadcastWatch,
): Promise<Simulatable> {
  return simulatable(await protocolNamed(plan.subject), plan, plan.payload, watch);
}

/** The same, of a protocol that is loaded already. */
export function simulatable(
  entry: ProtocolEntry,
  plan: Named,
  payload: number | undefined,
  watch?: BroadcastWatch,
): Simulatable {
  const stack = stackOf(entry, plan.settings);
  return {
    entry,
    stack,
    with: (use) =>
      entry.compose(watch === undefined ? stack : { ...stack, watch }, (composition) => {
        const { honest = composition.honest, input, checkers, network, within, summary } = composition.simulated;
        const subject = {
          name: entry.name,
          honest,
          input: (node: NodeId, index: number, random: Random) => input(node, index, random, payload),
          mostFaulty: (nodes: number) => entry.mostFaulty(nodes, stack.options),
          ...(network !== undefined && { network }),
          ...(within !== undefined && { within }),
          ...(composition.behaviours !== undefined && { behaviours: composition.behaviours }),
          checkers,
        };
        return use({ subject, summary });
      }),
  };
}

/** What stands in plans of such a stack: only what is not the default's. */
export function settingsOf(entry: ProtocolEntry, { broadcast, options }: Stack): Pick<RunPlan, 'settings'> {
  const settings = { ...(entry.broadcast !== 'none' && broadcast !== 'bracha' && { broadcast }), ...options };
  return Object.keys(settings).length === 0 ? {} : { settings };
}

function stackOf(entry: ProtocolEntry, settings: RunPlan['settings'] = {}): Stack {
  const { broadcast = 'bracha', ...options } = settings;
  const known = Object.keys(entry.defaults).map((name): [string, string | number] => [
    name,
    options[name] ?? entry.defaults[name] ?? '',
  ]);
  return { protocol: entry.name, broadcast: broadcastNamed(String(broadcast)), options: Object.fromEntries(known) };
}
