/**
 * What the panel shows, as data made anew from the visit whenever something happened, and what a person can do about it.
 *
 * The tree is small, so it is drawn as a whole; signals were tried and cost 3.7 of the 20 kB that the panel may weigh.
 */

import { linesOf, standingOf, tickOf, type Line, type Tick } from "../../client/src/lines.ts";
import type { ConversationStatus, HoursChanged, QueueMoved, Sender, Uuid } from "../../client/src/protocol.ts";
import { rowsOf, type Row } from "../../client/src/rows.ts";
import type { SocketState } from "../../client/src/socket.ts";
import { hasOlder, type Timeline } from "../../client/src/timeline.ts";
import { withName } from "../../client/ui/words.ts";
import { withRead } from "./keep.ts";
import type { Around } from "./parent.ts";
import { load, loaded, type Parts } from "./parts.ts";
import type { Face, Settings } from "./settings.ts";
import type { More, Visit } from "./visit.ts";
import { besideOf, holderOf, isOwn } from "./who.ts";
import { words } from "./words.ts";

export type Screen = "chat" | "list";

/** Whether to offer to leave an address, to ask for it, and what came of it. */
export interface Email {
  readonly state: "none" | "offered" | "asked" | "given";
  readonly address: string;
  readonly trouble: string;
}

export interface View {
  readonly settings: Settings;
  readonly screen: Screen;
  readonly rows: readonly Row[];
  /** The tick under the last own message. */
  readonly tick: { readonly key: string; readonly tick: Tick } | null;
  readonly typists: readonly Sender[];
  readonly network: SocketState;
  /** There was a connection before: that it is gone is news. */
  readonly was_live: boolean;
  readonly is_framed: boolean;
  readonly is_open: boolean;
  readonly is_online: boolean | null;
  /** When somebody is back, where that is known. */
  readonly back: string | null | undefined;
  /** The place in line, while somebody has to wait. */
  readonly line: string | false | undefined;
  readonly is_durable: boolean;
  readonly status: ConversationStatus | null;
  /** Who has taken the conversation. */
  readonly holder: Face | null;
  /** Who of the team has joined. */
  readonly beside: readonly Face[];
  readonly has_older: boolean;
  readonly is_loading: boolean;
  readonly text: string;
  /** There is a conversation, so that there is a list of them. */
  readonly has_list: boolean;
  /** In all other conversations. */
  readonly unread_elsewhere: number;
  readonly email: Email;
  readonly parts: Partial<Parts>;
  /** Where the list finds more. */
  readonly visit: Pick<Visit, "own" | "talk" | "conversation" | "session">;
}

export interface Acts {
  /** Says something; `more` is what it answers to and under which id. */
  write(body: string, more?: More): void;
  type(text: string): void;
  older(): void;
  retry(id: Uuid): void;
  discard(id: Uuid): void;
  close(): void;
  /** Shows a conversation, or the beginning of a new one. */
  open(id: Uuid | null): void;
  list(): void;
  back(): void;
  /** How many are unread in a conversation. */
  unread(id: Uuid): number;
  /** A part that is loaded later has something else to show. */
  redraw(): void;
  askEmail(): void;
  giveEmail(address: string): void;
}

/** Calls `draw` with what there is to see, now and after every change. */
export function watch(visit: Visit, around: Around, settings: Settings, draw: (view: View, acts: Acts) => void): void {
  const { talk, outbox, socket, keep } = visit;
  let screen: Screen = "chat";
  let is_online: boolean | null = null;
  /** Told outside business hours. */
  let away: HoursChanged | null = null;
  /** The places in line that were told. */
  const queue = new Map<Uuid | null, QueueMoved>();
  let was_live = false;
  let unread_after: number | null = null;
  let email: Email = { state: visit.session.has_email ? "none" : "offered", address: "", trouble: "" };
  let told = "";
  let is_due = false;

  /** Several things that happen at once are drawn once. */
  function changed(): void {
    if (is_due) return;
    is_due = true;
    queueMicrotask(() => {
      is_due = false;
      draw(look(), acts);
    });
  }

  const unreadOf = (timeline: Timeline, lines = linesOf(timeline.entries)): number => {
    const read_upto = readUpto(timeline);
    return lines.filter((line) => line.kind === "message" && !isOwn(line.sender) && line.seq > read_upto).length;
  };
  const readUpto = (timeline: Timeline): number =>
    Math.max(keep.get()?.read[timeline.conversation_id] ?? 0, timeline.marks[visit.session.contact_id]?.read ?? 0);

  function look(): View {
    const id = visit.conversation();
    const timeline = id === null ? undefined : talk.timeline(id);
    const lines = linesOf(timeline?.entries ?? []);
    const drafts = outbox.drafts.filter((draft) => draft.conversation_id === id);
    const unread_elsewhere = elsewhere(id);
    see(timeline, lines, unread_elsewhere);
    if (!loaded.Beside && lines.some((line) => "body" in line && (line.content || line.citations || MARKS.test(line.body)))) void load.Beside().then(changed);
    const rows = rowsOf(lines.filter(isShown), drafts, isOwn, unread_after);
    const last = rows.findLast((row) => row.kind === "message" && row.is_own);
    const status = (timeline && standingOf(timeline)?.status) ?? null;
    const holder = status === "assigned" ? holderOf(lines) : null;
    const beside = besideOf(lines);
    // Whoever has taken the conversation goes on after hours; for all others nobody is there, whoever has a console open.
    // A bot that has it is there by itself.
    const off = holder === null ? away : null;
    const is_there = Boolean(holder?.is_bot) || (off === null && is_online);
    const place = queue.get(id);
    return {
      settings,
      screen,
      rows,
      tick: timeline && last?.kind === "message" ? { key: last.key, tick: tickOf(timeline, last.line) } : null,
      typists: id === null ? [] : talk.typists(id),
      network: socket.state,
      was_live,
      is_framed: around.is_framed,
      is_open: around.is_open,
      is_online: is_there,
      back: off && loaded.back?.(off.opens_at),
      line: place && status === "waiting" && loaded.line?.(place),
      is_durable: outbox.is_durable,
      status,
      holder,
      beside,
      has_older: timeline !== undefined && hasOlder(timeline),
      is_loading: timeline?.position === null && drafts.length === 0,
      text: visit.text,
      has_list: id !== null || visit.own.length > 0,
      unread_elsewhere,
      email: rows.length > 0 && (status === "waiting" || is_there === false) ? email : { ...email, state: "none" },
      parts: loaded,
      visit,
    };
  }

  /** What is followed beside the shown one, which are all with something new. */
  const elsewhere = (id: Uuid | null): number =>
    [...talk.followed()].reduce((sum, each) => sum + (each === id ? 0 : unreadIn(each)), 0);
  const unreadIn = (id: Uuid): number => {
    const timeline = talk.timeline(id);
    return timeline === undefined ? 0 : unreadOf(timeline);
  };

  /** Takes note of what the person has before the eyes, and tells the page around what they have not. */
  function see(timeline: Timeline | undefined, lines: readonly Line[], unread_elsewhere: number): void {
    const kept = keep.get();
    const is_seen = around.is_open && document.visibilityState === "visible" && screen === "chat";
    const unread = timeline === undefined ? 0 : unreadOf(timeline, lines);
    // The mark "new" stays where it was when the person came, and goes when they leave.
    if (!is_seen) unread_after = null;
    else if (unread > 0 && timeline !== undefined) unread_after ??= around.is_new_look ? readUpto(timeline) : null;
    const count = unread_elsewhere + (is_seen ? 0 : unread);
    const label = withName(words.unread_count, String(count));
    const is_kept = visit.conversation() !== null || visit.own.length > 0;
    if (told !== `${count} ${is_kept}`) around.tell({ frontdesk: "unread", count, label, is_kept });
    told = `${count} ${is_kept}`;
    if (!is_seen || kept === null) return;
    around.is_new_look = false;
    const upto = timeline?.position?.seq ?? 0;
    if (timeline === undefined || upto <= (kept.read[timeline.conversation_id] ?? 0)) return;
    talk.read(timeline.conversation_id);
    keep.set(withRead(kept, timeline.conversation_id, upto));
  }

  const acts: Acts = {
    write: (body, more) => visit.write(body, more),
    type: (text) => visit.type(text),
    older() {
      const id = visit.conversation();
      if (id !== null) talk.older(id);
    },
    retry: (id) => outbox.retry(id),
    discard: (id) => outbox.discard(id),
    close: around.close,
    open(id) {
      go("chat");
      around.is_new_look = true;
      if (email.state === "given") email = { ...email, state: "none" };
      visit.show(id);
    },
    list() {
      go("list");
      void visit.refresh();
      void load.List().then(changed);
    },
    back: () => go("chat"),
    unread: unreadIn,
    redraw: changed,
    askEmail: () => void load.Email().then(() => become({ state: "asked" })),
    async giveEmail(address) {
      // Whoever has typed an address has loaded the form.
      const trouble = await loaded.giveEmail?.(visit.session.token, address);
      if (trouble) return become({ address, trouble });
      visit.remember({ has_email: true });
      become({ state: "given", address, trouble: "" });
    },
  };
  function become(next: Partial<Email>): void {
    email = { ...email, ...next };
    changed();
  }
  function go(to: Screen): void {
    screen = to;
    unread_after = null;
    changed();
  }

  talk.on("timeline", changed);
  talk.on("typing", changed);
  talk.on("said", ({ sender }) => around.tell({ frontdesk: "message", from: isOwn(sender) ? "visitor" : "team" }));
  talk.on("availability_changed", (frame) => {
    is_online = frame.is_online;
    changed();
  });
  talk.on("hours_changed", (frame) => {
    away = frame.is_open ? null : frame;
    if (away) void load.back().then(changed);
    changed();
  });
  talk.on("queue_moved", (frame) => {
    queue.set(frame.conversation_id, frame);
    void load.line().then(changed);
  });
  talk.on("partial_shown", (frame) => void load.Partial().then(() => loaded.hear?.(frame, changed)));
  socket.on("state", ({ phase }) => {
    was_live ||= phase === "live";
    changed();
  });
  outbox.on("change", changed);
  visit.onChange(changed);
  around.onChange(changed);
  changed();
}

/** What may be more than the words that it is: a mark, an address, a list. */
const MARKS = /[*_`[]|:\/\/|mailto:|^ *[-\d]/m;

/** A visitor need not be told that a conversation was started, by its own first words. */
const isShown = (line: Line): boolean => line.kind === "message" || line.decision.type !== "conversation_started";
