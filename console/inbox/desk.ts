/** A member at work: the live parts, and what is known of them as signals. */

import { computed, signal, type ReadonlySignal } from "@preact/signals";
import { socketTicket, socketUrl } from "../../client/src/api.ts";
import type { Draft, Outgoing } from "../../client/src/drafts.ts";
import { createFeed } from "../../client/src/feed.ts";
import { createClock, uuid7 } from "../../client/src/ids.ts";
import { emptyInbox, type Inbox } from "../../client/src/inbox.ts";
import { standingOf, type MessageLine, type Standing } from "../../client/src/lines.ts";
import { createOutbox } from "../../client/src/outbox.ts";
import { createPartials } from "../../client/src/partials.ts";
import type { Card, Counts, Milliseconds, PartialShown, Sender, Uuid } from "../../client/src/protocol.ts";
import type { Read } from "../../client/src/rest.ts";
import { createSocket, type SocketState } from "../../client/src/socket.ts";
import { createTalk, type Command, type Outcome, type Talk } from "../../client/src/talk.ts";
import type { Timeline } from "../../client/src/timeline.ts";
import type { Me } from "../api/people.ts";
import { createCollaborating, type Collaborating } from "./collaborating.ts";
import { createDirectory, type Directory } from "./directory.ts";
import { countsOf, filtersOf, type Bots } from "./lists.ts";
import { createPager, type Pager } from "./pager.ts";
import { createReading } from "./reading.ts";
import { withStanding } from "./standing.ts";
import { createSuggesting, type Suggesting } from "./suggesting.ts";

/** A decision without what the desk knows by itself. */
export type Wish = Command extends infer Each ? (Each extends Command ? Omit<Each, "id" | "conversation_id" | "version"> : never) : never;

type Words = Outgoing extends infer Each ? (Each extends { readonly conversation_id: Uuid } ? Omit<Each, "id" | "conversation_id"> : never) : never;

export interface Desk {
  readonly me: Me;
  readonly talk: Talk;
  readonly directory: Directory;
  readonly pager: Pager;
  readonly inbox: ReadonlySignal<Inbox>;
  /** How many conversations there are, of those that this person sees. */
  readonly counts: ReadonlySignal<Counts>;
  /** Which of the seats are bots'. */
  readonly bots: ReadonlySignal<Bots>;
  readonly network: ReadonlySignal<SocketState>;
  readonly was_live: ReadonlySignal<boolean>;
  readonly is_durable: ReadonlySignal<boolean>;
  /** The conversation that is shown. */
  readonly opened: ReadonlySignal<Uuid | null>;
  readonly timeline: ReadonlySignal<Timeline | undefined>;
  readonly drafts: ReadonlySignal<readonly Draft[]>;
  readonly typists: ReadonlySignal<readonly Sender[]>;
  /** What a bot is about to say in it. */
  readonly partial: ReadonlySignal<PartialShown | null>;
  /** What bots would answer in the opened conversation. */
  readonly suggesting: Suggesting;
  /** What agents do together on it, and what waits for approval. */
  readonly collaborating: Collaborating;
  /** The opened conversation as it is by the newest of what is known. */
  readonly card: ReadonlySignal<Card | undefined>;
  /** The opened conversation is not there, or not open to this member. */
  readonly is_gone: ReadonlySignal<boolean>;
  /** Up to where the opened conversation was read before it was opened; null for all or nothing of it. */
  readonly read_before: ReadonlySignal<number | null>;
  may(permission: string): boolean;
  /** What an agent or a team is called. */
  nameOf(id: Uuid): string;
  /** The server's time, as far as this page knows. */
  now(): Milliseconds;
  /** Whether a card has something new for this person. */
  isUnread(card: Card): boolean;
  /** The person has everything of the opened conversation before the eyes. */
  read(): void;
  open(conversation_id: Uuid | null): void;
  /** Cards that were asked for, for a list or for one conversation. */
  takeCards(cards: readonly Card[], reads: readonly Read[]): void;
  say(body: string, is_internal: boolean, suggestion_id?: Uuid | null): void;
  /** Puts another text in the place of one's own message, or takes it back. */
  change(line: MessageLine, body: string): void;
  takeBack(line: MessageLine): void;
  decide(wish: Wish, conversation_id: Uuid): Promise<Outcome>;
  retry(id: Uuid): void;
  discard(id: Uuid): void;
  /** Ends everything: the person logged out. */
  leave(): void;
}

/** Decisions that count whatever was decided meanwhile. */
const UNVERSIONED: ReadonlySet<Wish["type"]> = new Set<Wish["type"]>([
  "tag_conversation", "set_attributes", "accept_offer", "decline_offer", "join_conversation", "leave_conversation",
]);
/** Conversations that stay up to date after they were left, so that coming back shows them at once. */
const KEPT = 20;

export async function openDesk(me: Me): Promise<Desk> {
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
  const outbox = await createOutbox(`frontdesk:member:${me.agent_id}`, socket, clock);
  const talk = createTalk(socket, outbox, feed);
  const reading = createReading(me.agent_id, feed, clock.now);
  const directory = createDirectory();
  const pager = createPager((list) => filtersOf(list, me.agent_id), feed.add);

  const inbox = signal(emptyInbox);
  const permissions = signal<readonly string[]>(me.permissions);
  const counts = computed(() => (permissions.value.includes("queue.read") ? inbox.value.counts : countsOf(Object.values(inbox.value.cards))));
  const bots = computed<Bots>(() => new Set(Object.values(inbox.value.agents).filter(({ kind }) => kind === "bot").map(({ id }) => id)));
  const network = signal(socket.state);
  const was_live = signal(false);
  const is_durable = signal(outbox.is_durable);
  const opened = signal<Uuid | null>(null);
  const timeline = signal<Timeline | undefined>(undefined);
  const all_drafts = signal(outbox.drafts);
  const typists = signal<readonly Sender[]>([]);
  const partial = signal<PartialShown | null>(null);
  const partials = createPartials(() => look());
  const is_gone = signal(false);
  const read_before = signal<number | null>(null);
  let is_reading = false;
  let recent: Uuid[] = [];

  const standing = computed<Standing | null>(() => (timeline.value === undefined ? null : standingOf(timeline.value)));
  const card = computed(() => {
    const known = opened.value === null ? undefined : inbox.value.cards[opened.value];
    return known === undefined ? undefined : withStanding(known, standing.value);
  });
  const suggesting = createSuggesting(socket, opened, timeline);
  const collaborating = createCollaborating(socket, opened);
  const look = (): void => {
    timeline.value = opened.value === null ? undefined : talk.timeline(opened.value);
    typists.value = opened.value === null ? [] : talk.typists(opened.value);
    partial.value = timeline.value === undefined ? null : partials.under(timeline.value);
  };
  feed.on("change", (changed) => (inbox.value = changed));
  feed.on("loaded", pager.forget);
  talk.on("timeline", look);
  talk.on("typing", look);
  talk.on("partial_shown", partials.hear);
  talk.on("gone", (conversation_id) => {
    if (conversation_id === opened.value) is_gone.value = true;
    look();
  });
  // Somebody may have changed them while the socket was away, which is why it was sent away.
  socket.on("welcome", (welcome) => {
    permissions.value = welcome.permissions ?? me.permissions;
    // What was not for these eyes a moment ago may be by now.
    if (is_gone.peek()) open(opened.peek());
  });
  socket.on("state", (state) => {
    network.value = state;
    reading.live(state.phase === "live");
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
    is_gone.value = false;
    read_before.value = markIn(conversation_id);
    is_reading = false;
    if (conversation_id !== null) {
      talk.follow(conversation_id);
      recent = [conversation_id, ...recent.filter((id) => id !== conversation_id)];
      for (const old of recent.splice(KEPT)) talk.unfollow(old);
    }
    suggesting.load();
    collaborating.load();
    look();
  }

  /** Into the opened conversation. */
  function send(words: Words): void {
    const conversation_id = opened.peek();
    if (conversation_id !== null) outbox.add({ ...words, id: uuid7(clock.now()), conversation_id });
  }

  function read(): void {
    const conversation_id = opened.peek();
    if (conversation_id === null) return;
    // Whoever came by an address alone gets the mark with the conversation.
    if (!is_reading) read_before.value ??= markIn(conversation_id);
    is_reading = true;
    talk.read(conversation_id);
  }

  function markIn(conversation_id: Uuid | null): number | null {
    if (conversation_id === null) return null;
    const told = talk.timeline(conversation_id)?.marks[me.agent_id]?.read ?? 0;
    return Math.max(told, feed.inbox.reads[conversation_id] ?? 0) || null;
  }

  /** The newest state of a conversation that the person can have seen. */
  function versionOf(conversation_id: Uuid): number {
    const known = talk.timeline(conversation_id);
    return Math.max(inbox.value.cards[conversation_id]?.version ?? 0, (known && standingOf(known)?.version) ?? 0);
  }

  return {
    me,
    talk,
    directory,
    pager,
    inbox,
    bots,
    network,
    was_live,
    is_durable,
    opened,
    timeline,
    drafts: computed(() => all_drafts.value.filter((draft) => draft.conversation_id === opened.value)),
    typists,
    partial,
    suggesting,
    collaborating,
    card,
    is_gone,
    read_before,
    isUnread: reading.isUnread,
    read,
    may: (permission) => permissions.value.includes(permission),
    counts,
    nameOf: (id) => inbox.value.agents[id]?.name ?? directory.teamName(id),
    now: clock.now,
    open,
    takeCards: feed.add,
    say(body, is_internal, suggestion_id = null) {
      talk.stop();
      send({ type: "post_message", body, is_internal, ...(suggestion_id !== null && { suggestion_id }) });
    },
    change: ({ id: message_id, is_internal }, body) => send({ type: "edit_message", message_id, is_internal, body }),
    takeBack: ({ id: message_id, is_internal }) => send({ type: "delete_message", message_id, is_internal }),
    decide(wish, conversation_id) {
      const version = UNVERSIONED.has(wish.type) ? {} : { version: versionOf(conversation_id) };
      return talk.command({ ...wish, ...version, id: uuid7(clock.now()), conversation_id } as Command);
    },
    retry: outbox.retry,
    discard: outbox.discard,
    leave() {
      socket.close();
      outbox.close();
    },
  };
}
