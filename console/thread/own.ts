/** What a member does with their own words afterwards: change them, or take them back. */

import { signal } from "@preact/signals";
import type { Draft } from "../../client/src/drafts.ts";
import type { Line, MessageLine } from "../../client/src/lines.ts";
import type { Card, Uuid } from "../../client/src/protocol.ts";
import type { Placed } from "../../client/src/timeline.ts";
import type { Desk } from "../inbox/desk.ts";
import { isClosed } from "../inbox/lists.ts";

/** The message whose text stands in the composer, and the one that is about to go. */
export const editing = signal<MessageLine | null>(null);
export const deleting = signal<MessageLine | null>(null);

/** Only one's own, and what the server would take: in a closed conversation the team may still write notes. */
export function mayChange(desk: Pick<Desk, "me" | "may">, card: Pick<Card, "status"> | undefined, line: Line | undefined): line is MessageLine {
  if (line?.kind !== "message" || line.is_deleted || line.sender.id !== desk.me.agent_id) return false;
  if (line.is_internal) return desk.may("conversation.note");
  return desk.may("conversation.reply") && card !== undefined && !isClosed(card);
}

/** Lines as they are with what was changed here and is not in the log yet; and by message, the change that waits. */
export function withChanges(lines: readonly Line[], drafts: readonly Draft[], entries: readonly Placed[]) {
  const changes = new Map<Uuid, Draft>();
  const placed = new Set(entries.map((each) => each.id));
  for (const draft of drafts) {
    const is_change = draft.frame.type === "edit_message" || draft.frame.type === "delete_message";
    if (is_change && !placed.has(draft.id)) changes.set(draft.frame.message_id, draft);
  }
  const changed = changes.size === 0 ? lines : lines.map((line) => changedBy(line, changes.get(line.id)));
  return { lines: changed, changes };
}

function changedBy(line: Line, draft: Draft | undefined): Line {
  // What the server would not have is shown as it still is for everybody else.
  if (line.kind !== "message" || draft === undefined || draft.failure !== null) return line;
  if (draft.frame.type === "edit_message") return { ...line, body: draft.frame.body, is_edited: true };
  return { ...line, body: "", is_deleted: true };
}
