import fc from "fast-check";
import { expect, test } from "vitest";
import { emptyInbox, inboxHasHole, takeChange, takeInboxResumed, takeReads, takeSnapshot, type FeedEntry, type Inbox } from "../src/inbox.ts";
import type { AgentLine, Card, Counts } from "../src/protocol.ts";
import type { Read } from "../src/rest.ts";

/** What happens to an agent: its load, or that its seat is closed. */
interface Turn {
  readonly agent: number;
  readonly load: number | null;
}

interface Move {
  readonly conversation: number;
  /** What a decision makes of it; null for a message. */
  readonly to: { readonly status: Card["status"]; readonly agent: number; readonly team: number } | null;
}

const lineOf = ({ agent, load }: Turn): AgentLine => ({
  id: `a${agent}`, name: "", kind: "human", status: "online", availability: "online", is_connected: true, max_load: 4,
  active_load: load ?? 0, conversation_count: 0, is_active: load !== null,
});

const cardOf = (conversation: number): Card => ({
  conversation_id: `c${conversation}`, status: "waiting", version: 0, priority: 3, contact_id: null, contact_name: "",
  channel_id: "ch", channel_name: "", channel_kind: "web_widget", started_at: 0, last_seq: 0, message_count: 0,
});

/** What the server counts: everything that is not closed. */
function countsOf(cards: Iterable<Card>): Counts {
  const live = [...cards].filter((card) => card.status !== "closed");
  const number = (is: (card: Card) => boolean): number => live.filter(is).length;
  const ids = (all: (string | null | undefined)[]): string[] => [...new Set(all)].filter((id) => id != null).sort();
  return {
    open: number((card) => card.status === "open"),
    waiting: number((card) => card.status === "waiting"),
    assigned: number((card) => card.status === "assigned"),
    unassigned: number((card) => card.assigned_agent_id == null),
    agents: ids(live.map((card) => card.assigned_agent_id))
      .map((agent_id) => ({ agent_id, count: number((card) => card.assigned_agent_id === agent_id) })),
    teams: ids(live.map((card) => card.assigned_team_id))
      .map((team_id) => ({ team_id, count: number((card) => card.assigned_team_id === team_id) })),
  };
}

/** The counts as a line of the feed has them: of those whom the decision concerns, also where it left them nothing. */
function named(counts: Counts, before: Card, after: Card): Counts {
  const agents = new Set([before.assigned_agent_id, after.assigned_agent_id].filter((id) => id != null));
  const teams = new Set([before.assigned_team_id, after.assigned_team_id].filter((id) => id != null));
  const agentCount = (id: string): number => counts.agents?.find((each) => each.agent_id === id)?.count ?? 0;
  const teamCount = (id: string): number => counts.teams?.find((each) => each.team_id === id)?.count ?? 0;
  return {
    ...counts,
    agents: [...agents].map((agent_id) => ({ agent_id, count: agentCount(agent_id) })),
    teams: [...teams].map((team_id) => ({ team_id, count: teamCount(team_id) })),
  };
}

/** The feed of a server: every change carries a whole card or agent, and counts where a decision may have changed them. */
function feedOf(moves: (Move | Turn)[]): FeedEntry[] {
  const cards = new Map<number, Card>();
  return moves.map((move, index) => {
    const numbers = { id: `e${index}`, epoch: 1, seq: index + 1, after: index, at: index };
    if ("load" in move) return { type: "agent_changed", ...numbers, agent: lineOf(move) };
    const { conversation, to } = move;
    const old = cards.get(conversation) ?? cardOf(conversation);
    const card: Card = to === null && cards.has(conversation)
      ? { ...old, last_seq: old.last_seq + 1, message_count: old.message_count + 1 }
      : {
          ...old, version: old.version + 1, status: to?.status ?? "waiting",
          assigned_agent_id: to?.status === "assigned" ? `a${to.agent}` : null,
          assigned_team_id: to === null || to.team === 0 ? null : `t${to.team}`,
        };
    const is_decision = card.version > old.version;
    cards.set(conversation, card);
    const counts = is_decision ? named(countsOf(cards.values()), old, card) : null;
    return { type: "inbox_changed", ...numbers, card, counts };
  });
}

/** The same feed for whoever sees what the first agent holds, and no more. */
const limited = (feed: FeedEntry[]): FeedEntry[] =>
  feed.map((change) => {
    if (change.type !== "inbox_changed") return change;
    const { type: _, card, counts: __, ...numbers } = change;
    const is_own = card.assigned_agent_id === "a0";
    return is_own ? { ...change, counts: null } : { ...numbers, type: "inbox_hidden", conversation_id: card.conversation_id };
  });

/** The position is read before the rest, which may be ahead of it, and the feed then tells old things again. */
function snapshotAt(feed: FeedEntry[], seq: number, ahead = 0, reads: readonly Read[] = []) {
  const cards = new Map<string, Card>();
  const team = new Map<string, AgentLine>();
  for (const change of feed.slice(0, seq + ahead)) {
    if (change.type === "inbox_changed") cards.set(change.card.conversation_id, change.card);
    else if (change.type === "inbox_hidden") cards.delete(change.conversation_id);
    else team.set(change.agent.id, change.agent);
  }
  const agents = [...team.values()].filter((agent) => agent.is_active);
  return { cards: [...cards.values()], counts: countsOf(cards.values()), reads, agents, position: { epoch: 1, seq } };
}

const message = (conversation: number): Move => ({ conversation, to: null });

const seen = ({ cards, counts, agents, position }: Inbox): unknown => ({ cards, counts, agents, position });

test("a snapshot and the feed after it are what a fresh snapshot says, however the frames arrive", () => {
  const status = fc.constantFrom("open", "waiting", "assigned", "closed");
  const to = fc.option(fc.record({ status, agent: fc.nat({ max: 2 }), team: fc.nat({ max: 2 }) }));
  const turn = fc.record({ agent: fc.nat({ max: 2 }), load: fc.option(fc.nat({ max: 4 })) });
  const moves = fc.array(fc.oneof(fc.record({ conversation: fc.nat({ max: 4 }), to }), turn), { maxLength: 30, size: "max" });
  const order = fc.array(fc.nat(), { maxLength: 60, size: "max" });
  fc.assert(
    fc.property(moves, fc.boolean(), fc.nat(), fc.nat({ max: 3 }), order, (moved, is_limited, at, ahead, picks) => {
      const feed = is_limited ? limited(feedOf(moved)) : feedOf(moved);
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
      const fresh = takeSnapshot(emptyInbox, snapshotAt(feed, feed.length));
      // Whoever sees its own only counts what it sees.
      expect(seen(is_limited ? { ...inbox, counts: fresh.counts } : inbox)).toEqual(seen(fresh));
      expect(inboxHasHole(inbox)).toBe(false);
    }),
  );
});

test("what was read is the furthest that was told, before the snapshot, by it or after it", () => {
  const mark = fc.record({ conversation_id: fc.constantFrom("c0", "c1", "c2"), upto: fc.integer({ min: 1, max: 9 }) });
  fc.assert(
    fc.property(fc.array(mark), fc.array(mark), fc.array(mark), (before, by_then, after) => {
      const early = before.reduce((inbox, each) => takeReads(inbox, [each]), emptyInbox);
      const { reads } = after.reduce((inbox, each) => takeReads(inbox, [each]), takeSnapshot(early, snapshotAt([], 0, 0, by_then)));
      const furthest: Record<string, number> = {};
      for (const { conversation_id, upto } of [...after, ...by_then, ...before]) {
        furthest[conversation_id] = Math.max(upto, furthest[conversation_id] ?? 0);
      }
      expect(reads).toEqual(furthest);
    }),
  );
});

test("a card that is older than the one known changes nothing", () => {
  const feed = feedOf([message(0), { conversation: 0, to: { status: "closed", agent: 0, team: 0 } }, message(0)]);
  const inbox = feed.slice(0, 1).reduce(takeChange, takeSnapshot(emptyInbox, snapshotAt(feed, 0, 3)));
  expect(inbox.cards["c0"]).toMatchObject({ version: 2, last_seq: 1 });
});

test("changes that overtake the snapshot are applied on top of it", () => {
  const feed = feedOf([0, 1, 2, 0].map(message));
  const early = feed.slice(2).reduce(takeChange, emptyInbox);
  expect(seen(takeSnapshot(early, snapshotAt(feed, 2)))).toEqual(seen(takeSnapshot(emptyInbox, snapshotAt(feed, 4))));
});

test("a feed that cannot go on asks for a new snapshot", () => {
  const inbox = takeSnapshot(emptyInbox, snapshotAt(feedOf([message(0)]), 1));
  const position = { epoch: 2, seq: 9 };
  expect(takeInboxResumed(inbox, { conversation_id: null, recovered: false, position }).position).toBeNull();
});
