/** A member at work: the live parts, and what is known of them as signals. */

import { computed, signal, type ReadonlySignal, type Signal } from "@preact/signals";
import { socketTicket, type Member } from "../client/src/api.ts";
import type { Draft } from "../client/src/drafts.ts";
import { createFeed } from "../client/src/feed.ts";
import { createClock, uuid7 } from "../client/src/ids.ts";
import { emptyInbox, type Inbox } from "../client/src/inbox.ts";
import { standingOf } from "../client/src/lines.ts";
import { createOutbox } from "../client/src/outbox.ts";
import type { Card, Sender, Summary, Uuid } from "../client/src/protocol.ts";
import { createSocket, type SocketState } from "../client/src/socket.ts";
import { createTalk, type Outcome, type Talk } from "../client/src/talk.ts";
import type { Timeline } from "../client/src/timeline.ts";
import { socketUrl } from "../client/src/api.ts";

export interface Desk {
  readonly member: Member;
  readonly talk: Talk;
  readonly inbox: ReadonlySignal<Inbox>;
  readonly network: ReadonlySignal<SocketState>;
  readonly was_live: ReadonlySignal<boolean>;
  readonly is_durable: ReadonlySignal<boolean>;
  /** The conversation that is shown. */
  readonly opened: ReadonlySignal<Uuid | null>;
  readonly timeline: ReadonlySignal<Timeline | undefined>;
  readonly drafts: ReadonlySignal<readonly Draft[]>;
  readonly typists: ReadonlySignal<readonly Sender[]>;
  readonly card: ReadonlySignal<Card | undefined>;
  readonly standing: ReadonlySignal<Summary | null>;
  /** What went wrong last, in words for the person; empty when nothing did. */
  readonly notice: Signal<string>;
  open(conversation_id: Uuid | null): void;
  say(body: string, is_internal: boolean): void;
  take(): void;
  close(): void;
  reopen(): void;
  retry(id: Uuid): void;
  discard(id: Uuid): void;
  /** Ends everything: the person logged out. */
  leave(): void;
}

/** Conversations that stay up to date after they were left, so that coming back shows them at once. */
const KEPT = 20;

export async function openDesk(member: Member): Promise<Desk> {
  const clock = createClock();
  const feed = createFeed();
  const socket = createSocket({
    url: socketUrl(),
    clock,
    page: () => null,
    positions: () => talk.positions(),
    forget: () => talk.forget(),
    credentials: async () => ({ kind: "member", ...(await socketTicket()) }),
  });
  const outbox = await createOutbox(`frontdesk:member:${member.agent_id}`, socket, clock);
  const talk = createTalk(socket, outbox, feed);

  const inbox = signal(emptyInbox);
  const network = signal(socket.state);
  const was_live = signal(false);
  const is_durable = signal(outbox.is_durable);
  const opened = signal<Uuid | null>(null);
  const timeline = signal<Timeline | undefined>(undefined);
  const all_drafts = signal(outbox.drafts);
  const typists = signal<readonly Sender[]>([]);
  const notice = signal("");
  let recent: Uuid[] = [];

  const card = computed(() => (opened.value === null ? undefined : inbox.value.cards[opened.value]));
  const standing = computed(() => (timeline.value === undefined ? null : standingOf(timeline.value)));
  const look = (): void => {
    timeline.value = opened.value === null ? undefined : talk.timeline(opened.value);
    typists.value = opened.value === null ? [] : talk.typists(opened.value);
  };
  feed.on("change", (changed) => (inbox.value = changed));
  talk.on("timeline", look);
  talk.on("typing", look);
  talk.on("gone", (conversation_id) => {
    if (conversation_id === opened.value) notice.value = "This conversation is not there, or not open to you.";
    look();
  });
  socket.on("state", (state) => {
    network.value = state;
    was_live.value ||= state.phase === "live";
  });
  outbox.on("change", (drafts) => {
    all_drafts.value = drafts;
    is_durable.value = outbox.is_durable;
  });
  feed.load();
  socket.connect();

  function open(conversation_id: Uuid | null): void {
    opened.value = conversation_id;
    notice.value = "";
    if (conversation_id !== null) {
      talk.follow(conversation_id);
      recent = [conversation_id, ...recent.filter((id) => id !== conversation_id)];
      for (const old of recent.splice(KEPT)) talk.unfollow(old);
    }
    look();
  }

  function decide(type: "take_conversation" | "close_conversation" | "reopen_conversation"): void {
    const conversation_id = opened.value;
    // The newest state that the person can have seen.
    const version = Math.max(card.value?.version ?? 0, standing.value?.version ?? 0);
    if (conversation_id === null) return;
    notice.value = "";
    void talk.command({ type, id: uuid7(clock.now()), conversation_id, version }).then((outcome) => {
      notice.value = toldOf(outcome);
    });
  }

  return {
    member,
    talk,
    inbox,
    network,
    was_live,
    is_durable,
    opened,
    timeline,
    drafts: computed(() => all_drafts.value.filter((draft) => draft.conversation_id === opened.value)),
    typists,
    card,
    standing,
    notice,
    open,
    say(body, is_internal) {
      const conversation_id = opened.value;
      if (conversation_id === null) return;
      talk.stop();
      outbox.add({ type: "post_message", id: uuid7(clock.now()), conversation_id, body, is_internal });
    },
    take: () => decide("take_conversation"),
    close: () => decide("close_conversation"),
    reopen: () => decide("reopen_conversation"),
    retry: outbox.retry,
    discard: outbox.discard,
    leave() {
      socket.close();
      outbox.close();
    },
  };
}

function toldOf({ code, message }: Outcome): string {
  switch (code) {
    case "accepted":
      return "";
    case "conflict":
      return "Somebody changed this conversation first. Look again and decide anew.";
    case "unavailable":
    case "busy":
      return "A part of the server is away, so this was not done. Try again in a moment.";
    case "forbidden":
      return "Your role may not do this.";
    default:
      return `This was not done: ${message}.`;
  }
}
