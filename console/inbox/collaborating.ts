/** What agents do together on the opened conversation: told live, and asked for where something may have been missed. */

import { computed, signal, type ReadonlySignal } from "@preact/signals";
import type { Collaboration, Uuid, Verdict } from "../../client/src/protocol.ts";
import type { Socket } from "../../client/src/socket.ts";
import { listCollaborations } from "../api/chat.ts";
import { sayTrouble } from "../shared/toasts.tsx";
import type { Desk } from "./desk.ts";

export interface Collaborating {
  /** What a bot would say and somebody has to approve, the oldest first. */
  readonly drafts: ReadonlySignal<readonly Collaboration[]>;
  /** All that the opened conversation has, the newest first. */
  readonly all: ReadonlySignal<readonly Collaboration[]>;
  /** Drafts that somebody here has decided about, until the server says so. */
  readonly sent: ReadonlySignal<ReadonlySet<Uuid>>;
  load(): void;
  decide(draft: Collaboration, verdict: Verdict, body?: string): void;
}

export function createCollaborating(socket: Pick<Socket, "on" | "send">, opened: ReadonlySignal<Uuid | null>): Collaborating {
  const known = signal<readonly Collaboration[]>([]);
  const sent = signal<ReadonlySet<Uuid>>(new Set());
  const all = computed(() => known.value.filter((each) => each.conversation_id === opened.value));
  const drafts = computed(() => all.value.filter(isWaiting).toReversed());

  const take = (fresh: readonly Collaboration[]): void => {
    const ids = new Set(fresh.map(({ id }) => id));
    known.value = [...fresh, ...all.peek().filter(({ id }) => !ids.has(id))].toSorted((a, b) => b.started_at - a.started_at);
    settle(ids);
  };
  const settle = (ids: ReadonlySet<Uuid>): void => {
    if ([...ids].some((id) => sent.peek().has(id))) sent.value = new Set([...sent.peek()].filter((id) => !ids.has(id)));
  };
  function load(): void {
    const conversation_id = opened.peek();
    if (conversation_id === null) return;
    listCollaborations(conversation_id).then(
      ({ collaborations }) => conversation_id === opened.peek() && take(collaborations),
      () => undefined, // The next welcome asks again.
    );
  }

  socket.on("welcome", () => {
    sent.value = new Set();
    load();
  });
  socket.on("frame", (frame) => {
    if (frame.type === "collaboration_changed" && frame.collaboration.conversation_id === opened.peek()) take([frame.collaboration]);
    if (frame.type === "refused" && frame.id != null && sent.peek().has(frame.id)) {
      settle(new Set([frame.id]));
      sayTrouble(frame.message);
      load();
    }
  });
  return {
    all,
    drafts,
    sent,
    load,
    decide({ id, conversation_id }, verdict, body = "") {
      if (socket.send({ type: "contribute", id, conversation_id, verdict, body })) sent.value = new Set([...sent.peek(), id]);
      else sayTrouble("There is no connection just now. Try again in a moment.");
    },
  };
}

/** Whether this member is one of those who decide about a draft. */
export const mayDecide = ({ verifier_ids = null }: Collaboration, { me, may }: Pick<Desk, "may" | "me">): boolean =>
  may("conversation.reply") && (verifier_ids === null || verifier_ids.includes(me.agent_id) || may("bot.write"));

/** Whether somebody may still approve it. */
export const isWaiting = ({ type, outcome }: Collaboration): boolean => type === "verification" && (outcome ?? null) === null;
