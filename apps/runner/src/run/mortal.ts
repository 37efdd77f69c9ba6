/** A crash that is one: the thread ends in the middle of what it does, and what it had not published is lost. */
import type { AnyProtocol } from '@quorate/simulation';

/** Is honest until so many events have come, then ends the thread: `end` does not return. */
export function mortal<I, M, O, T>(
  honest: AnyProtocol<I, M, O, T, unknown>,
  events: number,
  end: () => void,
): AnyProtocol<I, M, O, T, unknown> {
  let left = events;
  const live = (): void => {
    if (left-- <= 0) end();
  };
  return {
    schema: honest.schema,
    get ready() {
      return honest.ready;
    },
    input(value) {
      live();
      return honest.input(value);
    },
    receive(from, message) {
      live();
      return honest.receive(from, message);
    },
    ...(honest.reopened && { reopened: (peer, incarnation) => honest.reopened?.(peer, incarnation) ?? [] }),
    ...(honest.recordSchema && { recordSchema: honest.recordSchema }),
    ...(honest.restore && { restore: (records) => honest.restore?.(records) ?? [] }),
    ...(honest.expire && { expire: (timer) => honest.expire?.(timer) ?? [] }),
  };
}
