import "fake-indexeddb/auto";
import { IDBFactory } from "fake-indexeddb";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createFeed, type Feed } from "../src/feed.ts";
import { createClock, uuid7 } from "../src/ids.ts";
import { linesOf } from "../src/lines.ts";
import { createOutbox, type Outbox } from "../src/outbox.ts";
import type { Card, MessagePosted } from "../src/protocol.ts";
import { createSocket, type Socket } from "../src/socket.ts";
import { createTalk, type Talk } from "../src/talk.ts";
import { FakeSocket, stubBrowser, welcome } from "./world.ts";

let socket: Socket;
let outbox: Outbox;
let talk: Talk;
let feed: Feed;
const snapshot = vi.fn();

beforeEach(async () => {
  stubBrowser();
  vi.stubGlobal("indexedDB", new IDBFactory());
  const clock = createClock();
  socket = createSocket({
    url: "ws://here/ws", clock, page: () => null, positions: () => talk.positions(), forget: () => talk.forget(),
    credentials: () => Promise.resolve({ kind: "member", ticket: "t" }),
  });
  outbox = await createOutbox("talk", socket, clock);
  snapshot.mockReset().mockResolvedValue({ cards: [], counts: {}, reads: [], agents: [], position: { epoch: 1, seq: 10 } });
  feed = createFeed(snapshot);
  talk = createTalk(socket, outbox, feed);
});

afterEach(() => {
  socket.close();
  outbox.close();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const ada = { kind: "member", id: "ada", name: "Ada", organization_id: "o" } as const;

async function live(): Promise<FakeSocket> {
  const before = FakeSocket.all.length;
  if (socket.state.phase === "idle") socket.connect();
  await vi.waitFor(() => expect(FakeSocket.all.length).toBeGreaterThan(before), 3_000);
  FakeSocket.last.open();
  FakeSocket.last.say(welcome({ identity: ada }));
  return FakeSocket.last;
}

const message = (seq: number, more: Partial<MessagePosted> = {}): MessagePosted => ({
  type: "message_posted", id: `m${seq}`, conversation_id: "c", epoch: 1, seq, after: seq - 1, at: seq, body: `text ${seq}`,
  sender: { kind: "contact", id: "v" }, ...more,
});
const resumed = (seqs: number[], more = {}) =>
  ({
    type: "resumed",
    resumed: [{
      conversation_id: "c", recovered: true, position: { epoch: 1, seq: Math.max(0, ...seqs) },
      entries: seqs.map((seq) => message(seq)), ...more,
    }],
  }) as const;
const seqs = (): number[] => linesOf(talk.timeline("c")?.entries ?? []).map((line) => line.seq);
const watched = (connection: FakeSocket) => connection.frames("watch").flatMap((frame) => frame.resume);

async function following(): Promise<FakeSocket> {
  const connection = await live();
  talk.follow("c");
  connection.say(resumed([1, 2], { recovered: false }));
  return connection;
}

test("following a conversation asks for its tail", async () => {
  const connection = await following();
  expect(watched(connection)).toEqual([{ conversation_id: "c", position: null }]);
  expect(seqs()).toEqual([1, 2]);
});

test("a hole is asked for after a moment, once", async () => {
  const connection = await following();
  vi.useFakeTimers();
  connection.say(message(4));
  connection.say(message(5));
  expect(watched(connection)).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(160);
  expect(watched(connection).slice(1)).toEqual([{ conversation_id: "c", position: { epoch: 1, seq: 2 } }]);
  await vi.advanceTimersByTimeAsync(2_000);
  expect(watched(connection)).toHaveLength(2);
  connection.say(resumed([3]));
  expect(seqs()).toEqual([1, 2, 3, 4, 5]);
  await vi.advanceTimersByTimeAsync(20_000);
  expect(watched(connection)).toHaveLength(2);
});

test("a hole that closes by itself is not asked for", async () => {
  const connection = await following();
  vi.useFakeTimers();
  connection.say(message(4), message(3));
  await vi.advanceTimersByTimeAsync(1_000);
  expect(watched(connection)).toHaveLength(1);
});

test("an answer that was cut is asked on from where it ends", async () => {
  const connection = await following();
  connection.say(resumed([3, 4], { has_more: true }));
  expect(watched(connection).at(-1)).toEqual({ conversation_id: "c", position: { epoch: 1, seq: 4 } });
});

test("a reconnect resumes from the position, in hello", async () => {
  const connection = await following();
  connection.end(1006);
  const next = await live();
  expect(next.frames("hello")[0]?.resume).toEqual([{ conversation_id: "c", position: { epoch: 1, seq: 2 } }]);
});

test("one's own words are shown at their number as soon as it is known", async () => {
  const connection = await following();
  const id = uuid7(Date.now());
  outbox.add({ type: "post_message", id, conversation_id: "c", body: "mine" });
  await vi.waitFor(() => expect(connection.frames("post_message")).toHaveLength(1));
  connection.say({ type: "accepted", id, conversation_id: "c", epoch: 1, seq: 3, after: 2, at: 3 });
  expect(linesOf(talk.timeline("c")?.entries ?? []).at(-1)).toMatchObject({ body: "mine", seq: 3, sender: { id: "ada" } });
});

test("what the visitor wrote is marked delivered, and read when it was seen", async () => {
  const connection = await following();
  await vi.waitFor(() => expect(connection.frames("mark_delivered").at(-1)).toMatchObject({ upto: 2 }));
  talk.read("c");
  await vi.waitFor(() => expect(connection.frames("mark_read")).toEqual([{ type: "mark_read", conversation_id: "c", upto: 2 }]), 2_000);
});

test("a member has read what colleagues say, too, here at once and elsewhere as soon as it is told", async () => {
  const connection = await following();
  const colleague = { kind: "member", id: "ben", name: "Ben" } as const;
  connection.say(message(3, { sender: colleague, is_internal: true }), message(4, { sender: ada }));
  talk.read("c");
  expect(feed.inbox.reads).toEqual({ c: 3 });
  await vi.waitFor(() => expect(connection.frames("mark_read").at(-1)).toMatchObject({ upto: 3 }), 2_000);
  connection.say({ type: "marks_changed", conversation_id: "far", marks: { by: "ada", kind: "member", read: 7 } });
  connection.say({ type: "marks_changed", conversation_id: "c", marks: { by: "ben", kind: "member", read: 9 } });
  expect(feed.inbox.reads).toEqual({ c: 3, far: 7 });
});

test("marks are not said more than once a second, and the last one is", async () => {
  const connection = await following();
  vi.useFakeTimers();
  for (let seq = 3; seq < 23; seq++) {
    connection.say(message(seq));
    await vi.advanceTimersByTimeAsync(100);
  }
  await vi.advanceTimersByTimeAsync(1_000);
  expect(connection.frames("mark_delivered").length).toBeLessThanOrEqual(4);
  expect(connection.frames("mark_delivered").at(-1)).toMatchObject({ upto: 22 });
});

test("who types is shown until they say something or six seconds are over", async () => {
  const connection = await following();
  vi.useFakeTimers();
  const typing = { type: "typing_changed", conversation_id: "c", sender: { kind: "contact", id: "v" }, is_typing: true } as const;
  connection.say(typing);
  expect(talk.typists("c")).toHaveLength(1);
  connection.say(message(3));
  expect(talk.typists("c")).toHaveLength(0);
  connection.say(typing);
  await vi.advanceTimersByTimeAsync(6_000);
  expect(talk.typists("c")).toHaveLength(0);
});

test("typing is said every three seconds, and ended when it ends", async () => {
  const connection = await following();
  vi.useFakeTimers();
  for (let time = 0; time < 4_000; time += 500) {
    talk.press("c");
    await vi.advanceTimersByTimeAsync(500);
  }
  expect(connection.frames("set_typing")).toHaveLength(2);
  await vi.advanceTimersByTimeAsync(6_000);
  expect(connection.frames("set_typing").at(-1)).toMatchObject({ is_typing: false });
});

test("a command is answered by what became of it", async () => {
  const connection = await following();
  const command = { type: "take_conversation", conversation_id: "c", version: 1 } as const;
  const [taken, late, lost] = ["t1", "t2", "t3"].map((id) => talk.command({ ...command, id }));
  connection.say({ type: "accepted", id: "t1", conversation_id: "c", epoch: 1, seq: 3, after: 2, at: 3 });
  connection.say({ type: "refused", id: "t2", code: "conflict", message: "somebody was faster" });
  connection.end(1006);
  expect(await Promise.all([taken, late, lost])).toMatchObject([{ code: "accepted" }, { code: "conflict" }, { code: "unavailable" }]);
});

test("the inbox is loaded, followed from its position, and loaded again when it cannot go on", async () => {
  feed.load();
  await vi.waitFor(() => expect(feed.inbox.position).not.toBeNull());
  const connection = await live();
  expect(connection.frames("hello")[0]?.resume).toContainEqual({ conversation_id: null, position: { epoch: 1, seq: 10 } });
  const card: Card = {
    conversation_id: "c", status: "open", version: 1, priority: 0, contact_id: null, contact_name: "Vi", channel_id: "ch",
    channel_name: "Shop", channel_kind: "web_widget", started_at: 0, last_seq: 1, message_count: 1,
  };
  connection.say({ type: "inbox_changed", id: "i", epoch: 1, seq: 11, after: 10, at: 0, card, counts: { open: 1 } });
  expect(feed.inbox.counts).toMatchObject({ open: 1 });
  connection.say({ type: "resumed", resumed: [{ conversation_id: null, recovered: false, position: { epoch: 2, seq: 3 } }] });
  await vi.waitFor(() => expect(snapshot).toHaveBeenCalledTimes(2));
});

test("a conversation that is not there is given up", async () => {
  const connection = await live();
  const gone = vi.fn();
  talk.on("gone", gone);
  talk.follow("c");
  connection.say(resumed([], { refused: "not_found", recovered: false }));
  expect(gone).toHaveBeenCalledWith("c");
  expect(talk.timeline("c")).toBeUndefined();
});

test("a conversation that cannot be read now is asked for again", async () => {
  const connection = await live();
  vi.useFakeTimers();
  talk.follow("c");
  connection.say(resumed([], { refused: "unavailable", recovered: false }));
  await vi.advanceTimersByTimeAsync(900);
  expect(watched(connection)).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(200);
  expect(watched(connection)).toHaveLength(2);
});
