import type { Behaviour } from './behaviour.js';
import { contradict } from './contradict.js';
import { coordinated } from './coordinated.js';
import { crash } from './crash.js';
import { delay } from './delay.js';
import { doubleVote } from './double-vote.js';
import { equivocate } from './equivocate.js';
import { flood } from './flood.js';
import { forge } from './forge.js';
import { forgeSender } from './forge-sender.js';
import { mute } from './mute.js';
import { random } from './random.js';
import { replay } from './replay.js';
import { restart } from './restart.js';
import { silent } from './silent.js';
import { slow } from './slow.js';
import { twins } from './twins.js';

export type { AdversaryContext, AdversaryTimer, Behaviour, LyingProtocol } from './behaviour.js';
export type { When } from './trigger.js';
export {
  contradict,
  coordinated,
  crash,
  delay,
  doubleVote,
  equivocate,
  flood,
  forge,
  forgeSender,
  mute,
  random,
  replay,
  restart,
  silent,
  slow,
  twins,
};

/** Every behaviour that means something to any protocol, by its name, in the order in which people read them. */
export const behaviours: ReadonlyMap<string, Behaviour> = new Map(
  [
    silent,
    crash,
    restart,
    delay,
    slow,
    mute,
    equivocate,
    twins,
    doubleVote,
    forgeSender,
    forge,
    random,
    replay,
    flood,
    coordinated,
  ].map((behaviour) => [behaviour.name, behaviour]),
);
