/** Offers and waits as words: what stands, what is new, and how it ended. */

import { describe, expect, it } from "vitest";
import { emptyInbox, type Inbox } from "../../client/src/inbox.ts";
import type { Card } from "../../client/src/protocol.ts";
import { endingsOf, newOffers, offersTo } from "../offers/offers.ts";
import { clockWait, leftUntil } from "../queue/waits.ts";
import { card, ME } from "./cards.ts";

const NOBODY: ReadonlySet<string> = new Set();
const offered = (id: string, deadline: number, change: Partial<Card> = {}): Card =>
  card(id, { status: "waiting", offered_agent_id: ME, offer_deadline_at: deadline, ...change });
const inboxOf = (...cards: readonly Card[]): Inbox => ({
  ...emptyInbox, position: { epoch: 0, seq: 1 }, cards: Object.fromEntries(cards.map((each) => [each.conversation_id, each])),
});

describe("offers", () => {
  it("stand in the order in which they run out, and only one's own", () => {
    const { cards } = inboxOf(offered("b", 20), offered("a", 30), offered("c", 10, { offered_agent_id: "other" }));
    expect(offersTo(cards, ME).map((each) => each.conversation_id)).toEqual(["b", "a"]);
  });

  it("are new once, and again when the same is offered again; what the first snapshot brings is not", () => {
    const one = inboxOf(offered("a", 30));
    expect(newOffers(emptyInbox, one, ME)).toEqual([]);
    expect(newOffers(inboxOf(), one, ME)).toHaveLength(1);
    expect(newOffers(one, inboxOf(offered("a", 30, { last_seq: 2 })), ME)).toEqual([]);
    expect(newOffers(one, inboxOf(offered("a", 90)), ME)).toHaveLength(1);
  });

  it("end in words that say why, unless one answered oneself", () => {
    const before = inboxOf(offered("a", 30_000)).cards;
    const end = (change: Partial<Card>, now: number, answered = NOBODY): readonly string[] =>
      endingsOf(before, inboxOf(card("a", change)).cards, ME, now, answered);
    expect(end({ status: "assigned", assigned_agent_id: "b", assigned_agent_name: "Ben" }, 9_000)).toEqual(["Ben took the conversation with Vera."]);
    expect(end({ status: "assigned", assigned_agent_id: ME }, 9_000)).toEqual([]);
    expect(end({ status: "closed" }, 9_000)).toEqual(["The conversation with Vera was closed."]);
    expect(end({ status: "waiting" }, 30_100)).toEqual(["The offer of Vera ran out."]);
    expect(end({ status: "waiting" }, 9_000)).toEqual(["Vera is no longer offered to you."]);
    expect(end({ status: "waiting" }, 9_000, new Set(["a"]))).toEqual([]);
    expect(endingsOf(before, before, ME, 40_000, NOBODY)).toEqual([]);
  });
});

describe("times", () => {
  it("say how long somebody waits, to the second at first", () => {
    const waits = [0, 42, 727, 3_600 * 3 + 300, 3_600 * 52].map((seconds) => clockWait(0, seconds * 1_000));
    expect(waits).toEqual(["0:00", "0:42", "12:07", "3 h 05", "2 d 4 h"]);
    expect(clockWait(5_000, 0)).toBe("0:00");
  });

  it("say how much is left, and never less than nothing", () => {
    expect([30_000, 125_000, -4_000].map((left) => leftUntil(left, 0))).toEqual(["30 s", "2:05", "0 s"]);
  });
});
