/**
 * What the panel shows, as data made anew from the visit whenever something happened.
 *
 * The tree is small, so it is drawn as a whole; signals were tried and cost 3.7 of the 20 kB that the panel may weigh.
 */

import { linesOf, standingOf, tickOf, type Line, type Tick } from "../../client/src/lines.ts";
import type { Sender } from "../../client/src/protocol.ts";
import { rowsOf, type Row } from "../../client/src/rows.ts";
import type { SocketState } from "../../client/src/socket.ts";
import { hasOlder } from "../../client/src/timeline.ts";
import type { Keep } from "./keep.ts";
import type { Around } from "./parent.ts";
import type { Visit } from "./visit.ts";

export interface View {
  readonly rows: readonly Row[];
  /** The tick under the last own message. */
  readonly tick: { readonly key: string; readonly tick: Tick } | null;
  readonly typists: readonly Sender[];
  readonly network: SocketState;
  /** There was a connection before: that it is gone is news. */
  readonly was_live: boolean;
  readonly is_open: boolean;
  readonly is_online: boolean | null;
  readonly is_durable: boolean;
  readonly is_closed: boolean;
  readonly has_older: boolean;
  readonly is_loading: boolean;
}

const isOwn = (sender: Sender): boolean => sender.kind === "contact";

/** Calls `draw` with what there is to see, now and after every change. */
export function watch(visit: Visit, around: Around, keep: Keep, draw: (view: View) => void): void {
  const { talk, outbox, socket } = visit;
  let is_online: boolean | null = null;
  let was_live = false;
  let unread_after: number | null = null;
  let is_due = false;

  /** Several things that happen at once are drawn once. */
  function changed(): void {
    if (is_due) return;
    is_due = true;
    queueMicrotask(() => {
      is_due = false;
      draw(look());
    });
  }

  function look(): View {
    const id = visit.conversation();
    const timeline = id === null ? undefined : talk.timeline(id);
    const lines = linesOf(timeline?.entries ?? []);
    const drafts = outbox.drafts.filter((draft) => draft.conversation_id === id);
    see(lines, timeline?.position?.seq ?? 0);
    const rows = rowsOf(lines.filter(isShown), drafts, isOwn, unread_after);
    const last = rows.findLast((row) => row.kind === "message" && row.is_own);
    const status = timeline && standingOf(timeline)?.status;
    return {
      rows,
      tick: timeline && last?.kind === "message" ? { key: last.key, tick: tickOf(timeline, last.line) } : null,
      typists: id === null ? [] : talk.typists(id),
      network: socket.state,
      was_live,
      is_open: around.is_open,
      is_online,
      is_durable: outbox.is_durable,
      is_closed: status === "closed" || status === "resolved",
      has_older: timeline !== undefined && hasOlder(timeline),
      is_loading: timeline?.position === null && drafts.length === 0,
    };
  }

  /** Takes note of what the person has before the eyes, and tells the page around what they have not. */
  function see(lines: readonly Line[], upto: number): void {
    const kept = keep.get();
    const read_upto = kept?.read_upto ?? 0;
    const is_seen = around.is_open && document.visibilityState === "visible";
    const unread = lines.filter((line) => line.kind === "message" && !isOwn(line.sender) && line.seq > read_upto);
    // The mark "new" stays where it was when the person came, and goes when they leave.
    if (!is_seen) unread_after = null;
    else if (unread.length > 0) unread_after ??= around.is_new_look ? read_upto : null;
    around.tell({ frontdesk: "unread", count: is_seen ? 0 : unread.length });
    if (!is_seen || kept === null) return;
    around.is_new_look = false;
    const id = visit.conversation();
    if (id !== null) talk.read(id);
    if (upto > kept.read_upto) keep.set({ ...kept, read_upto: upto });
  }

  talk.on("timeline", changed);
  talk.on("typing", changed);
  talk.on("availability", (frame) => {
    is_online = frame.is_online;
    changed();
  });
  socket.on("state", ({ phase }) => {
    was_live ||= phase === "live";
    changed();
  });
  outbox.on("change", changed);
  visit.onChange(changed);
  around.onChange(changed);
  changed();
}

/** A visitor need not be told that a conversation was started, by its own first words. */
const isShown = (line: Line): boolean => line.kind === "message" || line.decision.type !== "conversation_started";
