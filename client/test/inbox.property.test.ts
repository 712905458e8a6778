import fc from "fast-check";
import { expect, test } from "vitest";
import { emptyInbox, inboxHasHole, takeChange, takeInboxResumed, takeSnapshot, type Inbox } from "../src/inbox.ts";
import type { Card, InboxChanged } from "../src/protocol.ts";

const cardOf = (conversation: number, version: number, last_seq: number): Card => ({
  conversation_id: `c${conversation}`, status: "open", version, priority: 0, contact_id: null, contact_name: "",
  channel_id: "ch", channel_name: "", started_at: 0, last_seq, message_count: last_seq,
});

/** The feed of a server: every change carries the whole card and the counts as they are then. */
function feedOf(moves: { conversation: number; is_decision: boolean }[]): InboxChanged[] {
  const cards = new Map<number, Card>();
  return moves.map(({ conversation, is_decision }, index) => {
    const old = cards.get(conversation) ?? cardOf(conversation, 0, 0);
    const card = cardOf(conversation, old.version + (is_decision ? 1 : 0), old.last_seq + 1);
    cards.set(conversation, card);
    const counts = { open: cards.size, waiting: index };
    return { type: "inbox_changed", id: `e${index}`, epoch: 1, seq: index + 1, after: index, at: index, card, counts };
  });
}

/** The position is read before the cards, so that the cards may be ahead of it, and the feed then tells old ones again. */
function snapshotAt(feed: InboxChanged[], seq: number, ahead = 0) {
  const cards = new Map(feed.slice(0, seq + ahead).map((change) => [change.card.conversation_id, change.card]));
  return { cards: [...cards.values()], counts: feed[seq - 1]?.counts ?? {}, position: { epoch: 1, seq } };
}

const seen = ({ cards, counts, position }: Inbox): unknown => ({ cards, counts, position });

test("a snapshot and the feed after it are what a fresh snapshot says, however the frames arrive", () => {
  const moves = fc.array(fc.record({ conversation: fc.nat({ max: 4 }), is_decision: fc.boolean() }), { maxLength: 30, size: "max" });
  const order = fc.array(fc.nat(), { maxLength: 60, size: "max" });
  fc.assert(
    fc.property(moves, fc.nat(), fc.nat({ max: 3 }), order, (moved, at, ahead, picks) => {
      const feed = feedOf(moved);
      const from = at % (feed.length + 1);
      let inbox = takeSnapshot(emptyInbox, snapshotAt(feed, from, ahead));
      for (const pick of picks) {
        // Frames overtake each other, come twice, and get lost.
        const change = feed[pick % Math.max(1, feed.length)];
        if (change !== undefined) inbox = takeChange(inbox, change);
      }
      const position = inbox.position ?? { epoch: 0, seq: 0 };
      const entries = feed.slice(position.seq);
      inbox = takeInboxResumed(inbox, { conversation_id: null, recovered: true, position: { epoch: 1, seq: feed.length }, entries });
      expect(seen(inbox)).toEqual(seen(takeSnapshot(emptyInbox, snapshotAt(feed, feed.length))));
      expect(inboxHasHole(inbox)).toBe(false);
    }),
  );
});

test("a card that is older than the one known changes nothing", () => {
  const feed = feedOf([0, 0].map((conversation) => ({ conversation, is_decision: true })));
  const inbox = feed.slice(0, 1).reduce(takeChange, takeSnapshot(emptyInbox, snapshotAt(feed, 0, 2)));
  expect(inbox.cards["c0"]).toMatchObject({ version: 2, last_seq: 2 });
});

test("changes that overtake the snapshot are applied on top of it", () => {
  const feed = feedOf([0, 1, 2, 0].map((conversation) => ({ conversation, is_decision: false })));
  const early = feed.slice(2).reduce(takeChange, emptyInbox);
  expect(seen(takeSnapshot(early, snapshotAt(feed, 2)))).toEqual(seen(takeSnapshot(emptyInbox, snapshotAt(feed, 4))));
});

test("a feed that cannot go on asks for a new snapshot", () => {
  const inbox = takeSnapshot(emptyInbox, snapshotAt(feedOf([{ conversation: 0, is_decision: false }]), 1));
  const position = { epoch: 2, seq: 9 };
  expect(takeInboxResumed(inbox, { conversation_id: null, recovered: false, position }).position).toBeNull();
});
