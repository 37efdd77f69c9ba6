import { behaviours, contradict, type Behaviour } from '@quorate/simulation';
import { voteNo, voteRandom } from '../protocols/vote/opinions.js';
import { QuorateError } from '@quorate/serialization';
import { shown, suggestion } from '../suggest.js';

/** The behaviours of faulty nodes, in the order in which people read them. */
export const faultEntries: readonly Behaviour[] = [...behaviours.values(), contradict, voteNo, voteRandom];

/** The behaviour of that name. Throws Q9004. */
export function behaviourNamed(name: string): Behaviour {
  const known = faultEntries.find((entry) => entry.name === name);
  if (known !== undefined) return known;
  const names = faultEntries.map((entry) => entry.name);
  throw new QuorateError(
    'Q9004',
    `there is no behaviour ${shown(name)}`,
    suggestion(name, names, `behaviours are ${names.join(', ')}`),
  );
}
