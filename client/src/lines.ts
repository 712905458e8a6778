/** What a timeline shows: derived from its entries, so that the same entries always look the same. */

import type { Answer, Citation, Content, Decision, Marks, MessageDeleted, MessageEdited, MessageType } from "./protocol.ts";
import type { Milliseconds, Sender, Summary, Uuid } from "./protocol.ts";
import { compare, type Placed, type Timeline } from "./timeline.ts";

export interface MessageLine {
  readonly kind: "message";
  readonly id: Uuid;
  readonly epoch: number;
  readonly seq: number;
  readonly at: Milliseconds;
  readonly sender: Sender;
  readonly body: string;
  readonly message_type: MessageType;
  readonly is_internal: boolean;
  readonly is_edited: boolean;
  readonly is_deleted: boolean;
  /** What a bot's answer comes from, and for the team how it came to it. */
  readonly citations?: readonly Citation[] | undefined;
  readonly answer?: Answer | null | undefined;
  /** What there is to tap or to fill in beside the text, or what a visitor answered to that. */
  readonly content?: Content | null | undefined;
}

export interface EventLine {
  readonly kind: "event";
  readonly id: Uuid;
  readonly epoch: number;
  readonly seq: number;
  readonly at: Milliseconds;
  readonly decision: Decision;
}

export type Line = MessageLine | EventLine;

/** How far a message has got, from the sender's side. */
export type Tick = "accepted" | "stored" | "delivered" | "read";

/** The lines of a conversation, with edits, deletions and voids applied. */
export function linesOf(entries: readonly Placed[]): readonly Line[] {
  const lines = new Map<Uuid, Line>();
  const restored = new Set(entries.flatMap((each) => (each.type === "entry_voided" && each.reason === "restored" ? [each.voided_id] : [])));
  for (const entry of entries) {
    const { id, epoch, seq, at } = entry;
    switch (entry.type) {
      case "message_posted": {
        const { sender, body, message_type = "text", is_internal = false } = entry;
        const { is_edited = false, is_deleted = false, citations, answer, content } = entry;
        const text = is_deleted ? { body: "" } : { body, citations, answer, content };
        lines.set(id, { kind: "message", id, epoch, seq, at, sender, message_type, is_internal, is_edited, is_deleted, ...text });
        break;
      }
      case "message_edited":
        change(lines, entry, { body: entry.body, is_edited: true });
        break;
      case "message_deleted":
        change(lines, entry, { body: "", is_deleted: true, content: null });
        break;
      case "entry_voided":
        if (!restored.has(id)) voidLine(lines, entry);
        break;
      default:
        // A newer server may say what this client does not know yet; it took a number, and only a decision is drawn.
        if ("version" in entry) lines.set(id, { kind: "event", id, epoch, seq, at, decision: entry });
    }
  }
  return [...lines.values()];
}

/** The state of a conversation, and who holds it where an entry that is here tells; null for nobody. */
export type Standing = Summary & { readonly assigned_agent_id?: Uuid | null; readonly assigned_agent_name?: string };

/** The conversation's state after everything that is here. */
export function standingOf(timeline: Timeline): Standing | null {
  let standing: Standing | null = timeline.summary;
  for (const entry of timeline.entries) {
    if (!("version" in entry) || (standing !== null && entry.version <= standing.version)) continue;
    const { status, version, turn } = entry;
    standing = { stored: 0, ...standing, status, version, turn };
    const holder = holderAfter(entry);
    if (holder !== undefined) standing = { ...standing, assigned_agent_id: holder.id, assigned_agent_name: holder.name };
  }
  return standing;
}

/** Who holds the conversation after a decision; undefined where the decision does not change it. */
function holderAfter(decision: Decision): { readonly id: Uuid | null; readonly name: string } | undefined {
  switch (decision.type) {
    case "conversation_started":
    case "conversation_reopened":
    case "conversation_taken":
    case "conversation_assigned":
      return { id: decision.agent_id ?? null, name: decision.agent_name ?? "" };
    case "conversation_released":
    case "conversation_closed":
      return { id: null, name: "" };
    default:
      return undefined;
  }
}

/** The tick of a line that this side of the conversation wrote. */
export function tickOf(timeline: Timeline, line: Line): Tick {
  const side = line.kind === "message" && line.sender.kind === "contact" ? "contact" : "team";
  const others = Object.values(timeline.marks).filter((marks) => sideOf(marks) !== side);
  if (others.some((marks) => (marks.read ?? 0) >= line.seq)) return "read";
  if (others.some((marks) => (marks.delivered ?? 0) >= line.seq)) return "delivered";
  return isStored(timeline, line) ? "stored" : "accepted";
}

const isStored = (timeline: Timeline, line: Line): boolean =>
  line.epoch < timeline.stored.epoch || compare(line, timeline.stored) <= 0;

const sideOf = (marks: Marks): "contact" | "team" => (marks.kind === "contact" ? "contact" : "team");

/** An edit or a deletion counts for one's own message only, and where everybody has heard of it who sees the message. */
function change(lines: Map<Uuid, Line>, entry: MessageEdited | MessageDeleted, to: Partial<MessageLine>): void {
  const line = lines.get(entry.message_id);
  if (line?.kind !== "message" || line.is_deleted || line.sender.id !== entry.sender.id) return;
  if (line.is_internal !== (entry.is_internal ?? false)) return;
  lines.set(line.id, { ...line, ...to });
}

/** A void stands at the number of what it takes away; the same id at another number is another matter. One that was
 * taken away itself takes nothing. */
function voidLine(lines: Map<Uuid, Line>, entry: Placed & { readonly type: "entry_voided" }): void {
  const line = lines.get(entry.voided_id);
  if (line !== undefined && compare(line, entry) === 0) lines.delete(line.id);
}
