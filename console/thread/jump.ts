/** Leads to one message of a conversation, as from the search: loads the past until it is there, and marks it. */

import { useSignal, type ReadonlySignal } from "@preact/signals";
import type { RefObject } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { Uuid } from "../../client/src/protocol.ts";
import { hasOlder } from "../../client/src/timeline.ts";
import { route } from "../app/here.ts";
import type { Desk } from "../inbox/desk.ts";

/** The id of the message that was asked for, as soon as it is here. */
export function useJump(desk: Desk, conversation_id: Uuid, list: RefObject<HTMLElement | null>): ReadonlySignal<Uuid | null> {
  const jumped = useSignal<Uuid | null>(null);
  const done = useRef<string | null>(null);
  const asked = route.value;
  const seq = asked.page === "conversation" && asked.conversation_id === conversation_id ? asked.seq : null;
  const timeline = desk.timeline.value;
  useEffect(() => {
    const key = `${conversation_id}:${seq}`;
    if (seq === null || timeline === undefined || done.current === key) return;
    const found = timeline.entries.find((entry) => entry.seq === seq && entry.type === "message_posted");
    if (found === undefined) {
      if (timeline.position !== null && hasOlder(timeline)) desk.talk.older(conversation_id);
      return;
    }
    done.current = key;
    jumped.value = found.id;
    requestAnimationFrame(() => list.current?.querySelector(`[data-line="${found.id}"]`)?.scrollIntoView({ block: "center" }));
  }, [conversation_id, seq, timeline]);
  return jumped;
}
