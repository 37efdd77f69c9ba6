import type { Behaviour } from './behaviour.js';
import { Liar } from './liar.js';

/** Listens, and says nothing. To the others it looks like a node that crashed before it began. */
export const silent: Behaviour = {
  name: 'silent',
  summary: 'hears everything and sends nothing',
  wrap: (make, context) => new Liar(make(), context, { speak: () => [], mute: true }),
};
