/** Tells the server how far things have arrived and were read: the newest only, and not more than once a second. */

import type { Uuid } from "./protocol.ts";
import type { Socket } from "./socket.ts";

export interface Marking {
  delivered(conversation_id: Uuid, upto: number): void;
  read(conversation_id: Uuid, upto: number): void;
  /** After a reconnect: what was said last may have been lost. */
  repeat(): void;
}

type Kind = "mark_delivered" | "mark_read";

const EVERY = 1_000;

export function createMarking(socket: Pick<Socket, "send">): Marking {
  const wanted: Record<Kind, Map<Uuid, number>> = { mark_delivered: new Map(), mark_read: new Map() };
  const said: Record<Kind, Map<Uuid, number>> = { mark_delivered: new Map(), mark_read: new Map() };
  let timer: ReturnType<typeof setTimeout> | undefined;

  function say(): void {
    timer = undefined;
    for (const type of ["mark_delivered", "mark_read"] as const) {
      for (const [conversation_id, upto] of wanted[type]) {
        // What was read has arrived: one frame says both.
        const is_said = Math.max(said[type].get(conversation_id) ?? 0, said.mark_read.get(conversation_id) ?? 0) >= upto;
        const is_read = type === "mark_delivered" && (wanted.mark_read.get(conversation_id) ?? 0) >= upto;
        if (is_said || is_read || !socket.send({ type, conversation_id, upto })) continue;
        said[type].set(conversation_id, upto);
        timer ??= setTimeout(say, EVERY);
      }
    }
  }

  function want(type: Kind, conversation_id: Uuid, upto: number): void {
    if (upto <= (wanted[type].get(conversation_id) ?? 0)) return;
    wanted[type].set(conversation_id, upto);
    // The first goes out with whatever else happens in this moment; the following wait for the second to be over.
    timer ??= setTimeout(say, 0);
  }

  return {
    delivered: (conversation_id, upto) => want("mark_delivered", conversation_id, upto),
    read: (conversation_id, upto) => want("mark_read", conversation_id, upto),
    repeat() {
      for (const known of Object.values(said)) known.clear();
      timer ??= setTimeout(say, 0);
    },
  };
}
