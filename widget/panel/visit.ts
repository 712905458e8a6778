/** One visit: the session with the server, and the conversation that it is about. */

import { ownConversations, socketUrl, widgetSession, type WidgetSession } from "../../client/src/api.ts";
import { ApiError } from "../../client/src/errors.ts";
import { createClock, uuid7 } from "../../client/src/ids.ts";
import { createOutbox, type Outbox } from "../../client/src/outbox.ts";
import type { Uuid } from "../../client/src/protocol.ts";
import { createSocket, type Socket } from "../../client/src/socket.ts";
import { createTalk, type Talk } from "../../client/src/talk.ts";
import { getText, putText, type Keep } from "./keep.ts";
import type { Around } from "./parent.ts";

export interface Visit {
  readonly socket: Socket;
  readonly outbox: Outbox;
  readonly talk: Talk;
  readonly session: WidgetSession;
  /** The conversation that is shown; null until there is one. */
  conversation(): Uuid | null;
  /** What is half written; it survives a reload. */
  readonly text: string;
  type(text: string): void;
  /** Says something; the first words open a conversation. */
  write(body: string): void;
  /** Called whenever the shown conversation or the text changes. */
  onChange(changed: () => void): void;
}

/** A token is renewed when a tenth of its life is left, but not in its last minute. */
const RENEW_AT_LEAST = 60_000;
const LONGEST_TIMER = 2 ** 31 - 1;

export async function openVisit(widget_key: string, keep: Keep, around: Around): Promise<Visit> {
  const clock = createClock();
  let session = keep.get()?.session ?? (await firstSession());
  let changed = (): void => undefined;
  let text = getText();
  let renewal: ReturnType<typeof setTimeout> | undefined;

  async function firstSession(): Promise<WidgetSession> {
    const fresh = await widgetSession(widget_key, null);
    clock.set(fresh.server_time);
    keep.set({ session: fresh, conversation_id: null, read_upto: 0 });
    return fresh;
  }

  async function renew(): Promise<void> {
    const fresh = await widgetSession(widget_key, session.token).catch((error: unknown) => {
      // A token that is past saving: the visitor is somebody new.
      if (error instanceof ApiError && error.status === 401) return widgetSession(widget_key, null);
      throw error;
    });
    clock.set(fresh.server_time);
    if (fresh.contact_id !== session.contact_id) {
      keep.set({ session: fresh, conversation_id: null, read_upto: 0 });
      location.reload();
    }
    keepSession(fresh);
  }

  function keepSession(fresh: WidgetSession): void {
    session = fresh;
    const kept = keep.get();
    keep.set({ conversation_id: null, read_upto: 0, ...kept, session });
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
  function show(conversation_id: Uuid): void {
    keep.set({ session, conversation_id, read_upto: 0 });
    changed();
  }

  talk.on("token", ({ token, expires_at }) => keepSession({ ...session, token, expires_at }));
  talk.on("timeline", ({ conversation_id }) => conversation() ?? show(conversation_id));
  talk.on("gone", (conversation_id) => {
    if (conversation() !== conversation_id || outbox.find(conversation_id) !== undefined) return;
    keep.set({ session, conversation_id: null, read_upto: 0 });
    changed();
  });
  socket.on("welcome", () => {
    keepSession(session);
    if (conversation() === null) void findConversation();
  });

  /** Somebody who was here before with this token, but whose browser forgot which conversation it was. */
  async function findConversation(): Promise<void> {
    const { conversations } = await ownConversations(session.token).catch(() => ({ conversations: [] }));
    const newest = conversations[0];
    if (newest === undefined || conversation() !== null) return;
    show(newest.conversation_id);
    talk.follow(newest.conversation_id);
  }

  const known = conversation();
  // One that only the outbox knows yet is followed when the server has accepted it.
  if (known !== null && outbox.find(known) === undefined) talk.follow(known);
  socket.connect();

  return {
    socket,
    outbox,
    talk,
    get session() {
      return session;
    },
    conversation,
    onChange(listener) {
      changed = listener;
    },
    get text() {
      return text;
    },
    type(next) {
      text = next;
      putText(text);
      const conversation_id = conversation();
      if (text.trim() === "") talk.stop();
      else if (conversation_id !== null) talk.press(conversation_id);
      changed();
    },
    write(body) {
      let conversation_id = conversation();
      if (conversation_id === null) {
        conversation_id = uuid7(clock.now());
        outbox.add({ type: "start_conversation", id: conversation_id, page: around.page });
        show(conversation_id);
      }
      outbox.add({ type: "post_message", id: uuid7(clock.now()), conversation_id, body });
    },
  };
}
