import { expect, test } from "vitest";
import { emptyInbox, takeCards, takeSnapshot } from "../../client/src/inbox.ts";
import type { Card } from "../../client/src/protocol.ts";
import type { Cards } from "../../client/src/rest.ts";
import { newsOf } from "../app/news.ts";
import { cardsOf, countOf, filtersOf } from "../inbox/lists.ts";
import { createPager } from "../inbox/pager.ts";
import { shortWait, waitingOf } from "../inbox/waiting.ts";
import { CARD_HEIGHT, shiftOf, windowOf } from "../inbox/windowing.ts";
import { card, ME } from "./cards.ts";

const names = (cards: readonly Card[]): string[] => cards.map((each) => each.conversation_id);

test("each list shows what it says, the newest first", () => {
  const cards = [
    card("a", { started_at: 1 }),
    card("b", { status: "assigned", assigned_agent_id: ME, last_message_at: 9 }),
    card("c", { status: "assigned", assigned_agent_id: "other", assigned_team_id: "t", started_at: 3 }),
    card("d", { status: "closed", started_at: 4 }),
    card("e", { status: "waiting", assigned_team_id: "t", started_at: 5 }),
  ];
  expect(names(cardsOf(cards, "all", ME))).toEqual(["b", "e", "c", "a"]);
  expect(names(cardsOf(cards, "mine", ME))).toEqual(["b"]);
  expect(names(cardsOf(cards, "unassigned", ME))).toEqual(["e", "a"]);
  expect(names(cardsOf(cards, "closed", ME))).toEqual(["d"]);
  expect(names(cardsOf(cards, "team:t", ME))).toEqual(["e", "c"]);
  expect(names(cardsOf(cards, "agent:other", ME))).toEqual(["c"]);
  expect(names(cardsOf(cards, "bots", ME, new Set(["other"])))).toEqual(["c"]);
  const waiting = [card("f", { status: "waiting", started_at: 1, serve_at: 9 }), card("g", { status: "waiting", serve_at: 3, assigned_team_id: "t" })];
  expect(names(cardsOf([...cards, ...waiting], "queue", ME))).toEqual(["g", "e", "f"]);
  expect(names(cardsOf([...cards, ...waiting], "queue:t", ME))).toEqual(["g", "e"]);
});

test("the counts are the server's, and whoever is not named has none", () => {
  const counts = { open: 1, waiting: 2, assigned: 3, unassigned: 3, agents: [{ agent_id: ME, count: 2 }], teams: [{ team_id: "t", count: 4 }] };
  expect((["all", "mine", "unassigned", "closed", "team:t", "team:u", `agent:${ME}`, "agent:other", "queue", "queue:t"] as const).map((list) => countOf(counts, list, ME))).toEqual([6, 2, 3, null, 4, 0, 2, 0, 2, null]);
  const held = { agents: [{ agent_id: "b1", count: 4 }, { agent_id: ME, count: 2 }, { agent_id: "b2", count: 1 }] };
  expect(countOf(held, "bots", ME, new Set(["b1", "b2", "b3"]))).toBe(5);
});

test("a list is paged through in all its states, once at a time, until nothing is left", async () => {
  const taken: string[] = [];
  const asked: string[] = [];
  const pager = createPager(
    (list) => filtersOf(list, ME),
    (cards) => taken.push(...names(cards)),
    (filter, cursor) => {
      asked.push(`${filter.status}:${cursor}`);
      return Promise.resolve({ items: [card(`${filter.status}${cursor}`)], next_cursor: cursor === "" && filter.status === "open" ? "2" : null, reads: [] });
    },
  );
  await Promise.all([pager.more("all"), pager.more("all")]);
  await pager.more("all");
  await pager.more("all");
  expect(asked).toEqual(["open:", "waiting:", "assigned:", "open:2"]);
  expect(taken).toEqual(["open", "waiting", "assigned", "open2"]);
  expect(pager.pages.value.all).toEqual({ is_loading: false, has_failed: false, is_complete: true });
});

test("a page that did not come is asked for again, and one from before a new snapshot counts for nothing", async () => {
  const answers = [Promise.reject(new Error("away")), Promise.resolve({ items: [card("a")], next_cursor: null, reads: [] })];
  let release = (): void => undefined;
  const late = new Promise<Cards>((resolve) => (release = () => resolve({ items: [card("old")], next_cursor: null, reads: [] })));
  const taken: string[] = [];
  const pager = createPager(() => [{ status: "open" }], (cards) => taken.push(...names(cards)), () => answers.shift() ?? late);
  await pager.more("all");
  expect(pager.pages.value.all?.has_failed).toBe(true);
  await pager.more("all");
  expect(taken).toEqual(["a"]);
  const waiting = pager.more("mine");
  pager.forget();
  release();
  await waiting;
  expect(taken).toEqual(["a"]);
});

test("a page of the past changes nothing that is newer here", () => {
  const inbox = takeSnapshot(emptyInbox, { cards: [card("a", { version: 5 })], counts: {}, reads: [], agents: [], position: { epoch: 1, seq: 1 } });
  expect(takeCards(inbox, [card("a", { version: 4 })])).toBe(inbox);
  expect(Object.keys(takeCards(inbox, [card("b")]).cards)).toEqual(["a", "b"]);
});

test("only what is in sight is drawn", () => {
  expect(windowOf(1000, 0, 10 * CARD_HEIGHT)).toEqual({ from: 0, to: 18 });
  expect(windowOf(1000, 500 * CARD_HEIGHT, 10 * CARD_HEIGHT)).toEqual({ from: 492, to: 518 });
  expect(windowOf(3, 0, 900)).toEqual({ from: 0, to: 3 });
});

test("what is in sight stays in sight when something jumps to the top", () => {
  const before = Array.from({ length: 40 }, (_, index) => `c${index}`);
  const top = 10 * CARD_HEIGHT;
  expect(shiftOf(before, ["new", ...before], top)).toBe(1);
  expect(shiftOf(before, ["c30", ...before.filter((id) => id !== "c30")], top)).toBe(1);
  expect(shiftOf(before, ["c12", ...before.filter((id) => id !== "c12")], top)).toBe(1);
  expect(shiftOf(before, before.slice(2), top)).toBe(-2);
  expect(shiftOf(before, [], top)).toBe(0);
});

test("somebody waits until a person has the conversation, and too long is late", () => {
  const now = 3_600_000;
  expect(waitingOf(card("a", { started_at: now - 1 }), now, 5)).toEqual({ since: now - 1, is_late: false });
  expect(waitingOf(card("a", { started_at: 0, queued_at: now - 300_000 }), now, 5)?.is_late).toBe(true);
  expect(waitingOf(card("a", { started_at: 0, queued_at: now - 300_000 }), now, 6)?.is_late).toBe(false);
  expect(waitingOf(card("a", { status: "assigned", assigned_agent_id: ME }), now, 5)).toBeNull();
  expect(waitingOf(card("a", { status: "closed" }), now, 5)).toBeNull();
  expect([0, 59, 60, 60 * 47, 60 * 48].map((minutes) => shortWait(0, minutes * 60_000))).toEqual(["<1m", "59m", "1h", "47h", "2d"]);
});

test("news is what moved since a moment ago, not what a snapshot or an old page brings", () => {
  const isUnread = (): boolean => true;
  const first = takeSnapshot(emptyInbox, { cards: [card("a")], counts: {}, reads: [], agents: [], position: { epoch: 1, seq: 1 } });
  expect(newsOf(emptyInbox, first, isUnread)).toEqual([]);
  expect(newsOf(first, takeCards(first, [card("b")]), isUnread)).toEqual([]);
  const moved = { ...takeCards(first, [card("a", { last_seq: 2 })]), position: { epoch: 1, seq: 2 } };
  expect(names(newsOf(first, moved, isUnread))).toEqual(["a"]);
  expect(newsOf(first, moved, () => false)).toEqual([]);
});
