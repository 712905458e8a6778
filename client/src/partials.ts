/** Answers of bots that are shown while they are made: as fleeting as typing, until the answer stands in their place. */

import { standingOf } from "./lines.ts";
import type { PartialShown, Uuid } from "./protocol.ts";
import type { Timeline } from "./timeline.ts";

export interface Partials {
  hear(frame: PartialShown): void;
  /** What is to be seen under a timeline: nothing any more once it has the answer, or another turn. */
  under(timeline: Timeline): PartialShown | null;
}

const FORGET_AFTER = 6_000;

export function createPartials(changed: () => void): Partials {
  const shown = new Map<Uuid, { readonly frame: PartialShown; readonly timer: ReturnType<typeof setTimeout> }>();

  function forget(conversation_id: Uuid): void {
    clearTimeout(shown.get(conversation_id)?.timer);
    shown.delete(conversation_id);
    changed();
  }

  return {
    hear(frame) {
      const { conversation_id, body } = frame;
      forget(conversation_id);
      if (body === "") return;
      shown.set(conversation_id, { frame, timer: setTimeout(() => forget(conversation_id), FORGET_AFTER) });
      changed();
    },
    under(timeline) {
      const frame = shown.get(timeline.conversation_id)?.frame;
      if (frame === undefined || (standingOf(timeline)?.turn ?? 0) > frame.turn) return null;
      return timeline.entries.some(({ id }) => id === frame.message_id) ? null : frame;
    },
  };
}
