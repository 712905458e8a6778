/** Brings socket, outbox and timelines together: what widget and console know of the conversations they follow. */

import { createAsking, type Log } from "./asking.ts";
import { createEmitter, type Emitter } from "./emitter.ts";
import type { Feed } from "./feed.ts";
import { createMarking } from "./marking.ts";
import type { Outbox } from "./outbox.ts";
import type { Accepted, AvailabilityChanged, ClientFrame, ConversationEntry, HoursChanged, Identity, QueueMoved } from "./protocol.ts";
import type { PartialShown, RefusalCode, Resume, Resumed, Sender, TokenRenewed, Uuid, Welcome } from "./protocol.ts";
import type { Incoming, Socket } from "./socket.ts";
import { emptyTimeline, hasHole, hasOlder, placeAccepted, placeEntry, takeHistory } from "./timeline.ts";
import { takeMarks, takeResumed, takeStored, withNumbers, type Timeline } from "./timeline.ts";
import { createTyping, type Typing } from "./typing.ts";

/** A decision about a conversation. */
export type Command = Extract<
  ClientFrame,
  {
    readonly type:
      | "take_conversation"
      | "release_conversation"
      | "assign_conversation"
      | "hand_off_conversation"
      | "join_conversation"
      | "leave_conversation"
      | "tag_conversation"
      | "set_attributes"
      | "prioritize_conversation"
      | "classify_conversation"
      | "close_conversation"
      | "reopen_conversation"
      | "accept_offer"
      | "decline_offer";
  }
>;

/** What became of a command. */
export type Outcome = { readonly code: "accepted" | RefusalCode; readonly message: string };

export interface TalkEvents {
  timeline: Timeline;
  typing: Uuid;
  /** The server will not show this conversation (any more). */
  gone: Uuid;
  /** Somebody has just said something, maybe the person here. */
  said: ConversationEntry;
  /** What stands in no conversation is told as it is. */
  availability_changed: AvailabilityChanged;
  hours_changed: HoursChanged;
  queue_moved: QueueMoved;
  partial_shown: PartialShown;
  token_renewed: TokenRenewed;
}

export interface Talk extends Pick<Emitter<TalkEvents>, "on">, Pick<Typing, "press" | "stop" | "typists"> {
  /** Who this client is; null before the first welcome. */
  readonly identity: Identity | null;
  timeline(conversation_id: Uuid): Timeline | undefined;
  /** The conversations that are followed. */
  followed(): Iterable<Uuid>;
  /** Loads a conversation and keeps it up to date. */
  follow(conversation_id: Uuid): void;
  unfollow(conversation_id: Uuid): void;
  /** Loads entries before the first one here. */
  older(conversation_id: Uuid): void;
  /** The person has everything of this conversation before the eyes. */
  read(conversation_id: Uuid): void;
  command(command: Command): Promise<Outcome>;
  /** For the socket: where this client stands, and that it is of no use. */
  positions(): readonly Resume[];
  forget(): void;
}

const LOST: Outcome = { code: "unavailable", message: "the connection was lost; look whether it was done" };

export function createTalk(socket: Socket, outbox: Outbox, feed: Feed | null): Talk {
  const { on, emit } = createEmitter<TalkEvents>();
  const timelines = new Map<Uuid, Timeline>();
  const commands = new Map<Uuid, (outcome: Outcome) => void>();
  const loading = new Set<Uuid>();
  let identity: Identity | null = null;
  const typing = createTyping(socket, (conversation_id) => emit("typing", conversation_id));
  const marking = createMarking(socket);
  const asking = createAsking(socket, {
    position: (log) => (log === null ? (feed?.inbox.position ?? null) : (timelines.get(log)?.position ?? null)),
    hasHole: (log) => {
      const timeline = log === null ? undefined : timelines.get(log);
      if (log === null) return feed?.hasHole() ?? false;
      return timeline !== undefined && (timeline.position === null || hasHole(timeline));
    },
  });
  const logs = (): Log[] => [...(feed !== null && feed.inbox.position !== null ? [null] : []), ...timelines.keys()];

  function changeKnown(conversation_id: Uuid, next: (timeline: Timeline) => Timeline): void {
    const before = timelines.get(conversation_id);
    const timeline = before && next(before);
    if (timeline === undefined || timeline === before) return;
    timelines.set(conversation_id, timeline);
    const upto = lastMessage(timeline, isOtherSide);
    if (upto > 0) marking.delivered(conversation_id, upto);
    asking.check(conversation_id);
    emit("timeline", timeline);
  }

  const isOtherSide = (sender: Sender): boolean => (sender.kind === "contact") !== (identity?.kind === "contact");
  /** A member also reads what colleagues and bots say. */
  const isOther = (sender: Sender): boolean => isOtherSide(sender) || (identity?.kind === "member" && sender.id !== identity.id);

  function lastMessage(timeline: Timeline, isFrom: (sender: Sender) => boolean): number {
    const upto = timeline.position?.seq ?? 0;
    const last = timeline.entries.findLast((entry) => entry.type === "message_posted" && entry.seq <= upto && isFrom(entry.sender));
    return last?.seq ?? 0;
  }

  function welcome(frame: Welcome): void {
    identity = frame.identity;
    for (const resumed of frame.resumed ?? []) resume(resumed);
    outbox.welcome(frame);
    const answered = new Set((frame.resumed ?? []).map((resumed) => resumed.conversation_id));
    asking.ask(logs().filter((log) => !answered.has(log)));
    marking.repeat();
  }

  function resume(resumed: Resumed): void {
    const asked = asking.answered(resumed);
    const log = resumed.conversation_id;
    const refusal = resumed.refused ?? null;
    if (log === null) feed?.resume(resumed);
    else if (refusal === "not_found" || refusal === "forbidden") lose(log);
    else changeKnown(log, (timeline) => takeResumed(timeline, resumed, asked));
    if (resumed.has_more === true) asking.ask([log]);
    else if (refusal !== null && (log === null || timelines.has(log))) asking.again(log);
    else asking.check(log);
  }

  function lose(conversation_id: Uuid): void {
    timelines.delete(conversation_id);
    emit("gone", conversation_id);
  }

  function accept(accepted: Accepted): void {
    const draft = outbox.find(accepted.id);
    outbox.hear(accepted);
    settle(accepted.id, { code: "accepted", message: "" });
    const content = draft === undefined ? null : contentOf(draft.frame);
    // What was started here is followed from now on.
    if (draft?.frame.type === "start_conversation") return follow(accepted.conversation_id);
    changeKnown(accepted.conversation_id, (timeline) => placeAccepted(timeline, accepted, content));
    if (content?.type === "message_posted") emit("said", content);
  }

  /** The entry that a frame of one's own becomes; the sender is not told what it said itself. */
  function contentOf(frame: NonNullable<ReturnType<Outbox["find"]>>["frame"]): ConversationEntry | null {
    if (identity === null || frame.type === "start_conversation") return null;
    const sender: Sender = { kind: identity.kind, id: identity.id, name: identity.name };
    if (frame.type === "post_message") return { ...frame, type: "message_posted", sender };
    if (frame.type === "edit_message") return { ...frame, type: "message_edited", sender };
    return { ...frame, type: "message_deleted", sender };
  }

  function settle(id: Uuid, outcome: Outcome): void {
    commands.get(id)?.(outcome);
    commands.delete(id);
  }

  function place(entry: ConversationEntry): void {
    typing.said(entry.conversation_id, entry.sender);
    // A visitor gets all its conversations unasked, also one that another tab has just started.
    if (!timelines.has(entry.conversation_id) && identity?.kind === "contact") follow(entry.conversation_id);
    changeKnown(entry.conversation_id, (timeline) => placeEntry(timeline, withNumbers(entry)));
    if (entry.type === "message_posted") emit("said", entry);
  }

  function hear(frame: Incoming): void {
    switch (frame.type) {
      case "accepted":
        return accept(frame);
      case "refused":
        if (frame.id != null) settle(frame.id, { code: frame.code, message: frame.message });
        return outbox.hear(frame);
      case "stored":
        outbox.hear(frame);
        return changeKnown(frame.conversation_id, (timeline) => takeStored(timeline, frame));
      case "resumed":
        frame.resumed.forEach(resume);
        return outbox.hear(frame);
      case "history":
        loading.delete(frame.conversation_id);
        return changeKnown(frame.conversation_id, (timeline) => takeHistory(timeline, frame));
      case "marks_changed":
        if (frame.marks.by === identity?.id) feed?.read([{ conversation_id: frame.conversation_id, upto: frame.marks.read ?? 0 }]);
        return changeKnown(frame.conversation_id, (timeline) => takeMarks(timeline, frame.marks));
      case "typing_changed":
        return frame.sender.id === identity?.id ? undefined : typing.hear(frame);
      case "availability_changed":
      case "hours_changed":
      case "queue_moved":
      case "partial_shown":
      case "token_renewed":
        return emit(frame.type, frame);
      case "inbox_changed":
      case "inbox_hidden":
      case "agent_changed":
        feed?.take(frame);
        return asking.check(null);
      default:
        // Every line of a log has a sender, also one of a newer server that this client does not know yet.
        if ("sender" in frame) place(frame);
    }
  }

  function follow(conversation_id: Uuid): void {
    if (timelines.has(conversation_id)) return asking.check(conversation_id);
    timelines.set(conversation_id, emptyTimeline(conversation_id));
    asking.ask([conversation_id]);
  }

  socket.on("welcome", welcome);
  socket.on("frame", hear);
  socket.on("state", ({ phase }) => {
    if (phase === "live") return;
    asking.reset();
    loading.clear();
    for (const id of [...commands.keys()]) settle(id, LOST);
  });
  feed?.on("loaded", () => asking.ask([null]));

  return {
    on,
    get identity() {
      return identity;
    },
    timeline: (conversation_id) => timelines.get(conversation_id),
    followed: () => timelines.keys(),
    follow,
    unfollow(conversation_id) {
      if (timelines.delete(conversation_id)) socket.send({ type: "unwatch", conversation_id });
    },
    older(conversation_id) {
      const timeline = timelines.get(conversation_id);
      const first = timeline?.entries[0];
      if (timeline === undefined || first === undefined || !hasOlder(timeline) || loading.has(conversation_id)) return;
      const before = { epoch: first.epoch, seq: first.seq };
      if (socket.send({ type: "fetch_history", conversation_id, before })) loading.add(conversation_id);
    },
    read(conversation_id) {
      const timeline = timelines.get(conversation_id);
      if (timeline === undefined) return;
      // What somebody said may stand above everything that is loaded.
      const upto = lastMessage(timeline, isOther) || (hasOlder(timeline) ? (timeline.position?.seq ?? 0) : 0);
      if (upto === 0) return;
      marking.read(conversation_id, upto);
      feed?.read([{ conversation_id, upto }]);
    },
    press: typing.press,
    stop: typing.stop,
    typists: typing.typists,
    command(command) {
      if (!socket.send(command)) return Promise.resolve(LOST);
      return new Promise((resolve) => commands.set(command.id, resolve));
    },
    positions: () => asking.inHello(logs()),
    forget() {
      for (const [id] of timelines) timelines.set(id, emptyTimeline(id));
      feed?.forget();
    },
  };
}
