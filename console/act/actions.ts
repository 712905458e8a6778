/** Everything that can be done, as one table: the keyboard, the palette and the sheet of keys are made from it. */

import { signal } from "@preact/signals";
import type { Collaboration, Uuid } from "../../client/src/protocol.ts";
import { go } from "../app/router.ts";
import { ARTICLES, pathToList, pathToSearch, pathToSettings } from "../app/routes.ts";
import { route } from "../app/here.ts";
import { mayDecide } from "../inbox/collaborating.ts";
import { hasJoined, isClosed } from "../inbox/lists.ts";
import type { GlyphName } from "../shared/Glyph.tsx";
import { undoLast } from "../shared/toasts.tsx";
import { accept, decline, explaining, firstOffer } from "../offers/answer.ts";
import { is_side_open, foldSide } from "../side/fold.ts";
import { choose, statusWord } from "../team/choosing.ts";
import { wanted } from "../thread/DraftBox.tsx";
import { close, join, leave, mayTake, release, reopen, take } from "./decide.ts";
import { move, showCursor } from "./move.ts";
import type { Reach } from "./reach.ts";

export type Group = "Move" | "Conversation" | "You" | "Go to" | "Help";

export interface Action {
  readonly told: string;
  readonly group: Group;
  /** As `KeyboardEvent.key` has it; two with a space are pressed one after the other. */
  readonly keys: readonly string[];
  readonly glyph: GlyphName;
  /** Not worth a line in the palette. */
  readonly is_hidden?: boolean;
  isPossible?(reach: Reach): boolean;
  run(reach: Reach): void;
}

/** What a composer is asked to do: to take the focus in this mode, with text where there is some. It may not be drawn yet. */
export const writing = signal<{ readonly conversation_id: Uuid; readonly is_note: boolean; readonly text: string } | null>(null);

function write({ desk }: Reach, is_note: boolean, text = ""): void {
  if (desk.opened.value !== null) writing.value = { conversation_id: desk.opened.value, is_note, text };
}

const isOpen = ({ desk }: Reach): boolean => route.value.page === "conversation" && desk.opened.value !== null;
const isInbox = (): boolean => route.value.page === "inbox" || route.value.page === "conversation";
const isLive = (reach: Reach): boolean => isInbox() && reach.subject.value !== undefined && !isClosed(reach.subject.value);
const may = (reach: Reach, permission: string): boolean => reach.desk.may(permission);
const id = (reach: Reach): string => reach.subject.value?.conversation_id ?? "";
const isMine = (reach: Reach): boolean => reach.subject.value?.assigned_agent_id === reach.desk.me.agent_id;
const isJoined = (reach: Reach): boolean => hasJoined(reach.subject.value, reach.desk.me.agent_id);

const draftOf = ({ desk }: Reach): Collaboration | undefined => desk.collaborating.drafts.value.find((draft) => !desk.collaborating.sent.value.has(draft.id) && mayDecide(draft, desk));
const hasDraft = (reach: Reach): boolean => isOpen(reach) && draftOf(reach) !== undefined;

export const ACTIONS: readonly Action[] = [
  { told: "Next conversation", group: "Move", keys: ["j", "ArrowDown"], glyph: "down", is_hidden: true, isPossible: isInbox, run: (reach) => move(reach, 1) },
  { told: "Previous conversation", group: "Move", keys: ["k", "ArrowUp"], glyph: "down", is_hidden: true, isPossible: isInbox, run: (reach) => move(reach, -1) },
  {
    told: "Open the conversation", group: "Move", keys: ["Enter"], glyph: "right", is_hidden: true,
    isPossible: (reach) => isInbox() && reach.cursor.value !== null,
    run: (reach) => reach.cursor.value !== null && reach.open(reach.cursor.value),
  },
  {
    told: "Back to the list", group: "Move", keys: ["Escape"], glyph: "left", is_hidden: true, isPossible: isOpen,
    run: (reach) => {
      reach.back();
      showCursor(reach);
    },
  },
  { told: "Show or fold the side panel", group: "Move", keys: ["."], glyph: "side", isPossible: isOpen, run: () => foldSide(!is_side_open.value) },
  { told: "Reply", group: "Conversation", keys: ["r"], glyph: "send", isPossible: (reach) => isOpen(reach) && may(reach, "conversation.reply"), run: (reach) => write(reach, false) },
  { told: "Write a note for the team", group: "Conversation", keys: ["n"], glyph: "note", isPossible: (reach) => isOpen(reach) && may(reach, "conversation.note"), run: (reach) => write(reach, true) },
  { told: "Canned response", group: "Conversation", keys: ["/"], glyph: "canned", isPossible: (reach) => isOpen(reach) && may(reach, "conversation.reply"), run: (reach) => write(reach, false, "/") },
  {
    told: "Take it, or take it over", group: "Conversation", keys: ["i"], glyph: "take",
    isPossible: (reach) => isLive(reach) && !isMine(reach) && mayTake(reach.desk, reach.subject.value),
    run: (reach) => void take(reach.desk, id(reach)),
  },
  {
    told: "Join beside the holder, or leave again", group: "Conversation", keys: ["m"], glyph: "join",
    isPossible: (reach) => isLive(reach) && !isMine(reach) && (isJoined(reach) || may(reach, "conversation.join")),
    run: (reach) => void (isJoined(reach) ? leave : join)(reach.desk, id(reach)),
  },
  {
    told: "Give it back", group: "Conversation", keys: ["u"], glyph: "release",
    isPossible: (reach) => isLive(reach) && reach.subject.value?.assigned_agent_id != null && may(reach, "conversation.release"),
    run: (reach) => void release(reach.desk, id(reach)),
  },
  {
    told: "Hand it over, with a note", group: "Conversation", keys: ["h"], glyph: "transfer",
    isPossible: (reach) => isLive(reach) && may(reach, "conversation.hand_off"),
    run: (reach) => void (reach.overlay.value = { kind: "transfer", conversation_id: id(reach) }),
  },
  {
    told: "Assign to somebody", group: "Conversation", keys: ["a"], glyph: "assign",
    isPossible: (reach) => isLive(reach) && may(reach, "conversation.assign"),
    run: (reach) => void (reach.overlay.value = { kind: "assign", conversation_id: id(reach) }),
  },
  {
    told: "Tag", group: "Conversation", keys: ["t"], glyph: "tag",
    isPossible: (reach) => isInbox() && reach.subject.value !== undefined && may(reach, "conversation.tag"),
    run: (reach) => void (reach.overlay.value = { kind: "tag", conversation_id: id(reach) }),
  },
  {
    told: "Set the priority", group: "Conversation", keys: ["p"], glyph: "flag",
    isPossible: (reach) => isInbox() && reach.subject.value !== undefined && may(reach, "conversation.prioritize"),
    run: (reach) => void (reach.overlay.value = { kind: "priority", conversation_id: id(reach) }),
  },
  {
    told: "Say what it is about", group: "Conversation", keys: ["c"], glyph: "flag",
    isPossible: (reach) => isInbox() && reach.subject.value !== undefined && may(reach, "conversation.classify"),
    run: (reach) => void (reach.overlay.value = { kind: "classify", conversation_id: id(reach) }),
  },
  {
    told: "Close it", group: "Conversation", keys: ["e"], glyph: "closed",
    isPossible: (reach) => isLive(reach) && may(reach, "conversation.close"),
    run: (reach) => void close(reach.desk, id(reach)),
  },
  {
    told: "Reopen it", group: "Conversation", keys: ["o"], glyph: "release",
    isPossible: (reach) => isInbox() && reach.subject.value !== undefined && isClosed(reach.subject.value) && may(reach, "conversation.reopen") && mayTake(reach.desk, reach.subject.value),
    run: (reach) => void reopen(reach.desk, id(reach)),
  },
  {
    told: "Approve what the bot would say", group: "Conversation", keys: ["v"], glyph: "bot", isPossible: hasDraft,
    run: (reach) => {
      const draft = draftOf(reach);
      if (draft !== undefined) reach.desk.collaborating.decide(draft, "approve");
    },
  },
  { told: "Change it before it is said", group: "Conversation", keys: ["w"], glyph: "bot", isPossible: hasDraft, run: () => void (wanted.value = "change") },
  { told: "Reject what the bot would say", group: "Conversation", keys: ["x"], glyph: "bot", isPossible: hasDraft, run: () => void (wanted.value = "reject") },
  {
    told: "Accept what is offered to you", group: "Conversation", keys: ["y"], glyph: "check",
    isPossible: ({ desk }) => firstOffer(desk) !== undefined,
    run: ({ desk }) => void accept(desk, firstOffer(desk)?.conversation_id ?? ""),
  },
  {
    told: "Decline what is offered to you", group: "Conversation", keys: ["d"], glyph: "close",
    isPossible: ({ desk }) => firstOffer(desk) !== undefined,
    run: ({ desk }) => void decline(desk, firstOffer(desk)?.conversation_id ?? ""),
  },
  {
    told: "Decline it with a reason", group: "Conversation", keys: ["D"], glyph: "pencil",
    isPossible: ({ desk }) => firstOffer(desk) !== undefined,
    run: ({ desk }) => void (explaining.value = firstOffer(desk)?.conversation_id ?? null),
  },
  { told: "Undo", group: "Conversation", keys: ["z"], glyph: "release", is_hidden: true, run: () => void undoLast() },
  { told: "Mine", group: "Go to", keys: ["g m"], glyph: "mine", run: () => go(pathToList("mine")) },
  { told: "Unassigned", group: "Go to", keys: ["g u"], glyph: "unassigned", isPossible: (reach) => may(reach, "queue.read"), run: () => go(pathToList("unassigned")) },
  { told: "Queue", group: "Go to", keys: ["g q"], glyph: "queue", isPossible: (reach) => may(reach, "queue.read"), run: () => go(pathToList("queue")) },
  { told: "With bots", group: "Go to", keys: ["g b"], glyph: "bot", isPossible: (reach) => may(reach, "queue.read") && reach.desk.bots.value.size > 0, run: () => go(pathToList("bots")) },
  { told: "All open", group: "Go to", keys: ["g a"], glyph: "inbox", run: () => go(pathToList("all")) },
  { told: "Closed", group: "Go to", keys: ["g c"], glyph: "closed", run: () => go(pathToList("closed")) },
  { told: "Search people and messages", group: "Go to", keys: ["g s", "f"], glyph: "search", run: () => go(pathToSearch("")) },
  { told: "Team", group: "Go to", keys: ["g t"], glyph: "people", isPossible: (reach) => may(reach, "member.read"), run: () => go("/console/team") },
  { told: "Articles", group: "Go to", keys: ["g k"], glyph: "book", isPossible: (reach) => may(reach, "knowledge.read"), run: () => go(ARTICLES) },
  { told: "Settings", group: "Go to", keys: ["g ,"], glyph: "settings", run: () => go(pathToSettings("profile")) },
  { told: "Say whether you are there", group: "You", keys: ["s"], glyph: "people", run: ({ overlay }) => void (overlay.value = { kind: "status" }) },
  ...(["online", "away", "busy"] as const).map((availability): Action => ({
    told: `Be ${statusWord(availability).toLowerCase()}`, group: "You", keys: [], glyph: "people", run: ({ desk }) => void choose(desk, availability, ""),
  })),
  { told: "Search and commands", group: "Help", keys: ["Ctrl+k"], glyph: "search", is_hidden: true, run: ({ overlay }) => void (overlay.value = { kind: "palette" }) },
  { told: "Keyboard shortcuts", group: "Help", keys: ["?"], glyph: "keyboard", run: ({ overlay }) => void (overlay.value = { kind: "sheet" }) },
];
