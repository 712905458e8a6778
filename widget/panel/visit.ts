/** One visit: the session with the server, and the conversations of the visitor. */

import { ownConversations, socketUrl, widgetSession } from "../../client/src/api.ts";
import { createClock, uuid7 } from "../../client/src/ids.ts";
import { createOutbox, type Outbox } from "../../client/src/outbox.ts";
import type { PostMessage, Uuid } from "../../client/src/protocol.ts";
import type { VisitorConversation, VisitorSession } from "../../client/src/rest.ts";
import { createSocket, type Socket } from "../../client/src/socket.ts";
import { createTalk, type Talk } from "../../client/src/talk.ts";
import { createKeep, getText, putText, type Keep } from "./keep.ts";
import type { Around } from "./parent.ts";

/** What a message answers, and the id that it has to have. */
export type More = Pick<PostMessage, "content"> & Partial<Pick<PostMessage, "id">>;

export interface Visit {
  readonly keep: Keep;
  readonly socket: Socket;
  readonly outbox: Outbox;
  readonly talk: Talk;
  readonly session: VisitorSession;
  /** The visitor's conversations as the server told them last, newest first. */
  readonly own: readonly VisitorConversation[];
  /** The conversation that is shown; null for one that is yet to begin. */
  conversation(): Uuid | null;
  /** Shows another conversation, or the beginning of a new one. */
  show(conversation_id: Uuid | null): void;
  /** What is half written; it survives a reload. */
  readonly text: string;
  type(text: string): void;
  /** Says something; the first words open a conversation. */
  write(body: string, more?: More): void;
  remember(news: Pick<VisitorSession, "has_email">): void;
  /** Asks the server for `own` again. */
  refresh(): Promise<void>;
  /** Called whenever the shown conversation, the list or the text changes. */
  onChange(changed: () => void): void;
}

/** A token is renewed when a tenth of its life is left, but not in its last minute. */
const RENEW_AT_LEAST = 60_000;
const LONGEST_TIMER = 2 ** 31 - 1;
/** So many conversations with something new are followed without being shown. */
const FOLLOW_MOST = 10;

const spokenIn = ({ last_message_at, started_at }: VisitorConversation): number => last_message_at ?? started_at;

export async function openVisit(widget_key: string, around: Around): Promise<Visit> {
  const clock = createClock();
  const anonymous = createKeep(`frontdesk:${widget_key}`);
  const known = around.jwt === null ? null : await (await import("./known.ts")).becomeKnown(widget_key, around, anonymous);
  const keep = known?.keep ?? anonymous;
  let session = keep.get()?.session ?? (await firstSession());
  let changed = (): void => undefined;
  let text = getText();
  let own: readonly VisitorConversation[] = [];
  /** The person wants to begin a new one, so that none is put before the eyes unasked. */
  let is_beginning = false;
  let renewal: ReturnType<typeof setTimeout> | undefined;

  async function firstSession(): Promise<VisitorSession> {
    const fresh = await widgetSession(widget_key);
    clock.set(fresh.server_time);
    keep.set({ session: fresh, conversation_id: null, read: {} });
    return fresh;
  }

  async function renew(): Promise<void> {
    // A token that is past saving makes somebody new; a person whom the company knows is to be named by it again.
    const fresh = await (known?.renew() ?? widgetSession(widget_key, session.token));
    clock.set(fresh.server_time);
    if (fresh.contact_id !== session.contact_id) {
      keep.set({ session: fresh, conversation_id: null, read: {} });
      location.reload();
    }
    keepSession(fresh);
  }

  function keepSession(fresh: VisitorSession): void {
    session = fresh;
    keep.set({ conversation_id: null, read: {}, ...keep.get(), session });
    const left = session.expires_at - clock.now();
    clearTimeout(renewal);
    const wait = Math.min(LONGEST_TIMER, Math.max(1_000, left - Math.max(RENEW_AT_LEAST, left / 10)));
    renewal = setTimeout(() => void socket.send({ type: "renew_token" }), wait);
  }

  const socket: Socket = createSocket({
    url: socketUrl(),
    clock,
    page: () => around.page,
    positions: () => talk.positions(),
    forget: () => talk.forget(),
    async credentials(is_turned_away) {
      if (is_turned_away || session.expires_at - clock.now() < RENEW_AT_LEAST) await renew();
      return { kind: "visitor", widget_key, token: session.token };
    },
  });
  const outbox = await createOutbox(`frontdesk:${widget_key}:${session.contact_id}`, socket, clock);
  const talk = createTalk(socket, outbox, null);

  const conversation = (): Uuid | null => keep.get()?.conversation_id ?? null;
  function show(conversation_id: Uuid | null): void {
    if (conversation() !== conversation_id) talk.stop();
    is_beginning = conversation_id === null;
    keep.set({ read: {}, ...keep.get(), session, conversation_id });
    // One that only the outbox knows yet is followed when the server has accepted it.
    if (conversation_id !== null && outbox.find(conversation_id) === undefined) talk.follow(conversation_id);
    changed();
  }

  talk.on("token_renewed", ({ token, expires_at }) => keepSession({ ...session, token, expires_at }));
  talk.on("timeline", ({ conversation_id }) => {
    if (conversation() === null && !is_beginning) show(conversation_id);
  });
  talk.on("gone", (conversation_id) => {
    if (conversation() !== conversation_id || outbox.find(conversation_id) !== undefined) return;
    keep.set({ read: {}, ...keep.get(), session, conversation_id: null });
    changed();
  });
  socket.on("welcome", () => {
    keepSession(session);
    void refresh();
  });

  async function refresh(): Promise<void> {
    const answer = await ownConversations(session.token).catch(() => null);
    if (answer === null) return;
    own = answer.conversations;
    const open = own.filter((each) => each.status !== "closed" && each.status !== "resolved");
    const newest = open.sort((a, b) => spokenIn(b) - spokenIn(a))[0];
    // Somebody who was here before, but whose browser forgot which conversation it was.
    if (conversation() === null && !is_beginning && newest !== undefined) show(newest.conversation_id);
    const read = keep.get()?.read ?? {};
    const fresh = own.filter((each) => each.last_seq > (read[each.conversation_id] ?? 0));
    for (const { conversation_id } of fresh.slice(0, FOLLOW_MOST)) talk.follow(conversation_id);
    changed();
  }

  const last = conversation();
  if (last !== null && outbox.find(last) === undefined) talk.follow(last);
  socket.connect();

  return {
    keep,
    socket,
    outbox,
    talk,
    get session() {
      return session;
    },
    get own() {
      return own;
    },
    get text() {
      return text;
    },
    conversation,
    show,
    refresh,
    remember: (news) => keepSession({ ...session, ...news }),
    onChange(listener) {
      changed = listener;
    },
    type(next) {
      text = next;
      putText(text);
      const conversation_id = conversation();
      if (text.trim() === "") talk.stop();
      else if (conversation_id !== null) talk.press(conversation_id);
      changed();
    },
    write(body, more) {
      let conversation_id = conversation();
      if (conversation_id === null) {
        conversation_id = uuid7(clock.now());
        outbox.add({ type: "start_conversation", id: conversation_id, page: around.page, words: [...body].slice(0, 500).join("") });
        show(conversation_id);
      }
      outbox.add({ type: "post_message", id: uuid7(clock.now()), conversation_id, body, ...more });
    },
  };
}
