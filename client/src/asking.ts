/** Asks the server for what is missing of a log: once at a time, not at every frame, and again until it is here. */

import type { Position, Resume, Resumed, Uuid } from "./protocol.ts";
import type { Socket } from "./socket.ts";

/** A conversation, or the inbox. */
export type Log = Uuid | null;

export interface Known {
  position(log: Log): Position | null;
  hasHole(log: Log): boolean;
}

export interface Asking {
  /** Looks for a hole; asks if it is still there a moment later. */
  check(log: Log): void;
  ask(logs: readonly Log[]): void;
  /** The server cannot answer now: ask a little later. */
  again(log: Log): void;
  /** What `hello` asks for these logs; the answers come with welcome. */
  inHello(logs: readonly Log[]): readonly Resume[];
  /** Takes note of an answer and tells which position was asked with. */
  answered(resumed: Resumed): Position | null;
  /** The connection is gone, and with it all answers. */
  reset(): void;
}

/** Frames of two nodes may overtake each other by this much; most holes close by themselves. */
const HOLE_WAIT = 150;
const LONGEST_WAIT = 5_000;
/** An answer that takes longer is lost, or was refused without an id to tell it by. */
const ANSWER_DEADLINE = 8_000;
const AT_ONCE = 50;

export function createAsking(socket: Pick<Socket, "send">, known: Known): Asking {
  const asked = new Map<Log, Position | null>();
  const timers = new Map<Log, ReturnType<typeof setTimeout>>();
  const tries = new Map<Log, number>();

  const later = (log: Log, wait: number): void => {
    clearTimeout(timers.get(log));
    timers.set(log, setTimeout(() => ask([log]), wait));
  };
  const rest = (log: Log): void => {
    clearTimeout(timers.get(log));
    timers.delete(log);
  };

  const patience = (log: Log): number => Math.min(LONGEST_WAIT, HOLE_WAIT * 2 ** (tries.get(log) ?? 0));

  function note(log: Log): Resume {
    const position = known.position(log);
    asked.set(log, position);
    later(log, ANSWER_DEADLINE);
    return { conversation_id: log, position };
  }

  function ask(logs: readonly Log[]): void {
    for (let from = 0; from < logs.length; from += AT_ONCE) {
      const some = logs.slice(from, from + AT_ONCE);
      if (socket.send({ type: "watch", resume: some.map(note) })) continue;
      for (const log of some) {
        rest(log);
        asked.delete(log);
      }
    }
  }

  return {
    ask,
    inHello: (logs) => logs.slice(0, AT_ONCE).map(note),
    check(log) {
      if (asked.has(log)) return;
      if (!known.hasHole(log)) {
        rest(log);
        tries.delete(log);
      } else if (!timers.has(log)) {
        later(log, patience(log));
      }
    },
    again: (log) => later(log, Math.max(1_000, patience(log))),
    answered(resumed) {
      const log = resumed.conversation_id;
      const position = asked.get(log) ?? null;
      asked.delete(log);
      rest(log);
      tries.set(log, (tries.get(log) ?? 0) + 1);
      return position;
    },
    reset() {
      for (const log of [...timers.keys()]) rest(log);
      asked.clear();
      tries.clear();
    },
  };
}
