/** What bots suggest in the opened conversation: told live, and asked for where something may have been missed. */

import { computed, signal, type ReadonlySignal } from "@preact/signals";
import type { Suggestion, Uuid } from "../../client/src/protocol.ts";
import type { Socket } from "../../client/src/socket.ts";
import type { Timeline } from "../../client/src/timeline.ts";
import { dismissSuggestion, listSuggestions } from "../api/chat.ts";

export interface Suggesting {
  /** The best of what may be answered now. */
  readonly best: ReadonlySignal<Suggestion | undefined>;
  load(): void;
  /** Whether somebody has spoken since it was made; also of one that is not known any more. */
  isLate(id: Uuid): boolean;
  dismiss(suggestion: Suggestion): void;
}

export function createSuggesting(
  socket: Pick<Socket, "on">, opened: ReadonlySignal<Uuid | null>, timeline: ReadonlySignal<Timeline | undefined>,
): Suggesting {
  const known = signal<readonly Suggestion[]>([]);
  const here = computed(() => known.value.filter((each) => each.conversation_id === opened.value));
  const best = computed(() => here.value.filter((each) => each.state === "offered" && isLast(timeline.value, each.message_id)).sort(bySure)[0]);

  const take = (fresh: readonly Suggestion[]): void => {
    const ids = new Set(fresh.map(({ id }) => id));
    known.value = [...fresh, ...here.peek().filter(({ id }) => !ids.has(id))];
  };
  function load(): void {
    const conversation_id = opened.peek();
    if (conversation_id === null) return;
    listSuggestions(conversation_id).then(
      ({ suggestions }) => conversation_id === opened.peek() && take(suggestions),
      () => undefined, // One writes as well without; the next welcome asks again.
    );
  }

  socket.on("welcome", load);
  socket.on("frame", (frame) => {
    if (frame.type === "suggestion_changed" && frame.suggestion.conversation_id === opened.peek()) take([frame.suggestion]);
  });
  return {
    best,
    load,
    isLate(id) {
      const found = here.value.find((each) => each.id === id);
      return found !== undefined && !isLast(timeline.value, found.message_id);
    },
    dismiss(suggestion) {
      take([{ ...suggestion, state: "dismissed" }]);
      dismissSuggestion(suggestion.conversation_id, suggestion.id).catch(load);
    },
  };
}

/** Whether a message is the last that was said to the visitor or by the visitor. */
export function isLast(timeline: Timeline | undefined, message_id: Uuid): boolean {
  const last = timeline?.entries.findLast((entry) => entry.type === "message_posted" && entry.is_internal !== true && entry.sender.kind !== "system");
  return last?.id === message_id;
}

const sure = ({ answer }: Suggestion): number => answer?.confidence ?? 0;
const bySure = (a: Suggestion, b: Suggestion): number => sure(b) - sure(a) || b.at - a.at;
