import { expect, test, vi } from "vitest";
import { createFeed } from "../../client/src/feed.ts";
import type { Card } from "../../client/src/protocol.ts";
import type { Read } from "../../client/src/rest.ts";
import { createReading, isUnread } from "../inbox/reading.ts";
import { card, ME } from "./cards.ts";

/** An office at noon: what its snapshot has, what the server knows by then, and what it was asked. */
async function office(cards: Card[], reads: Read[] = [], known: Read[] = []) {
  const asked: string[][] = [];
  const feed = createFeed(() => Promise.resolve({ cards, counts: {}, reads, agents: [], position: { epoch: 1, seq: 1 } }));
  const ask = (ids: readonly string[]) => {
    asked.push([...ids]);
    return Promise.resolve({ reads: known.filter((each) => ids.includes(each.conversation_id)) });
  };
  const reading = createReading(ME, feed, () => 1_000, ask);
  const hear = (): void => feed.resume({ conversation_id: null, recovered: true, position: { epoch: 1, seq: 1 } });
  let seq = 1;
  const change = (changed: Card): void => {
    seq++;
    feed.take({ type: "inbox_changed", id: `e${seq}`, epoch: 1, seq, after: seq - 1, at: 0, card: changed, counts: null });
  };
  feed.load();
  await vi.waitFor(() => expect(feed.inbox.position).not.toBeNull());
  const unread = (): string[] => Object.values(feed.inbox.cards).filter(reading.isUnread).map((each) => each.conversation_id);
  return { asked, feed, reading, hear, change, unread };
}

test("unread is what somebody else said last, in a live conversation of one's own or of nobody", () => {
  expect(isUnread(card("a", { last_seq: 5 }), 4, ME)).toBe(true);
  expect(isUnread(card("a", { last_seq: 5 }), 5, ME)).toBe(false);
  expect(isUnread(card("a", { last_seq: 5, last_sender_id: ME }), 4, ME)).toBe(false);
  expect(isUnread(card("a", { last_seq: 5, assigned_agent_id: ME }), 0, ME)).toBe(true);
  expect(isUnread(card("a", { last_seq: 5, assigned_agent_id: "other" }), 0, ME)).toBe(false);
  expect(isUnread(card("a", { last_seq: 5, status: "closed" }), 0, ME)).toBe(false);
});

test("whoever comes asks about what looks unread alone, once, and hears the rest", async () => {
  const read = [{ conversation_id: "b", upto: 1 }];
  const { asked, feed, reading, hear, change, unread } = await office([card("a"), card("b"), card("c")], read, [{ conversation_id: "c", upto: 1 }]);
  expect(unread()).toEqual(["a", "c"]);
  reading.live(true);
  expect(asked).toEqual([]);
  hear();
  expect(asked).toEqual([["a", "c"]]);
  await vi.waitFor(() => expect(unread()).toEqual(["a"]));
  // New words while connected: nothing is in doubt, and what is read elsewhere is told.
  change(card("b", { last_seq: 2 }));
  expect(unread()).toEqual(["a", "b"]);
  feed.read([{ conversation_id: "b", upto: 2 }]);
  expect(unread()).toEqual(["a"]);
  // A conversation that began since then cannot have been read before, an old one that appears can.
  change(card("new", { started_at: 2_000 }));
  expect(asked).toHaveLength(1);
  change(card("old", { started_at: 1 }));
  expect(asked.slice(1)).toEqual([["old"]]);
});

test("after a lost connection what looks unread is asked about again, when the feed has caught up", async () => {
  const { asked, reading, hear } = await office([card("a")]);
  reading.live(true);
  hear();
  reading.live(false);
  reading.live(true);
  expect(asked).toHaveLength(1);
  hear();
  expect(asked).toEqual([["a"], ["a"]]);
});
