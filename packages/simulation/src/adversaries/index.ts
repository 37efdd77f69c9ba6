import type { Behaviour } from './behaviour.js';
import { crash } from './crash.js';
import { delay } from './delay.js';
import { doubleVote } from './double-vote.js';
import { equivocate } from './equivocate.js';
import { flood } from './flood.js';
import { forgeSender } from './forge-sender.js';
import { silent } from './silent.js';

export type { AdversaryContext, AdversaryTimer, Behaviour } from './behaviour.js';
export type { When } from './trigger.js';
export { crash, delay, doubleVote, equivocate, flood, forgeSender, silent };

/** Every behaviour by its name, in the order in which people read them. */
export const behaviours: ReadonlyMap<string, Behaviour> = new Map(
  [silent, crash, delay, equivocate, doubleVote, forgeSender, flood].map((behaviour) => [behaviour.name, behaviour]),
);
