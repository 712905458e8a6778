/** Lines and drafts as a screen draws them: grouped, with days between them, drafts below. */

import type { Draft } from "./drafts.ts";
import type { EventLine, Line, MessageLine } from "./lines.ts";
import type { Milliseconds, Sender } from "./protocol.ts";

interface Common {
  readonly key: string;
  readonly at: Milliseconds;
  /** The first row of a day. */
  readonly starts_day: boolean;
  /** The first row that the person has not seen. */
  readonly is_first_unread: boolean;
}

interface Grouped extends Common {
  readonly is_own: boolean;
  /** The first and the last of what one person says within a few minutes: they share one name and one time. */
  readonly starts_group: boolean;
  readonly ends_group: boolean;
}

export interface MessageRow extends Grouped {
  readonly kind: "message";
  readonly line: MessageLine;
}

export interface DraftRow extends Grouped {
  readonly kind: "draft";
  readonly draft: Draft;
  readonly body: string;
  readonly is_internal: boolean;
}

export interface EventRow extends Common {
  readonly kind: "event";
  readonly line: EventLine;
}

export type Row = MessageRow | DraftRow | EventRow;

const GROUP_WITHIN = 5 * 60_000;

/** `isOwn` tells on whose side a sender stands; `unread_after` is the number that was read last, or null for none. */
export function rowsOf(
  lines: readonly Line[],
  drafts: readonly Draft[],
  isOwn: (sender: Sender) => boolean,
  unread_after: number | null = null,
): readonly Row[] {
  const placed = new Set(lines.map((line) => line.id));
  const first_unread = lines.find((line) => isUnread(line, unread_after, isOwn));
  const rows: Row[] = lines.map((line) => {
    const common = { key: line.id, at: line.at, starts_day: false, is_first_unread: line === first_unread };
    if (line.kind === "event") return { ...common, kind: "event", line };
    return { ...common, ...ALONE, kind: "message", line, is_own: isOwn(line.sender) };
  });
  for (const draft of drafts) {
    if (placed.has(draft.id) || draft.frame.type !== "post_message") continue;
    const { body, is_internal = false } = draft.frame;
    const common = { key: draft.id, at: draft.made_at, starts_day: false, is_first_unread: false };
    rows.push({ ...common, ...ALONE, kind: "draft", draft, body, is_internal, is_own: true });
  }
  return rows.map((row, index) => {
    const [before, after] = [rows[index - 1], rows[index + 1]];
    const starts_day = before === undefined || dayOf(before.at) !== dayOf(row.at);
    if (row.kind === "event") return { ...row, starts_day };
    const starts_group = starts_day || row.is_first_unread || !belongTogether(before, row);
    const ends_group = after === undefined || after.is_first_unread || !belongTogether(row, after);
    return { ...row, starts_day, starts_group, ends_group };
  });
}

const ALONE = { starts_group: true, ends_group: true };

const isUnread = (line: Line, after: number | null, isOwn: (sender: Sender) => boolean): boolean =>
  after !== null && line.kind === "message" && line.seq > after && !isOwn(line.sender);

function belongTogether(a: Row | undefined, b: Row): boolean {
  if (a === undefined || a.kind === "event" || b.kind === "event") return false;
  if (a.is_own !== b.is_own || isInternal(a) !== isInternal(b)) return false;
  const are_one = a.kind === "draft" || b.kind === "draft" || a.line.sender.id === b.line.sender.id;
  return are_one && Math.abs(b.at - a.at) < GROUP_WITHIN;
}

const isInternal = (row: MessageRow | DraftRow): boolean => (row.kind === "draft" ? row.is_internal : row.line.is_internal);

const dayOf = (at: Milliseconds): string => new Date(at).toDateString();
