/** The inbox and the team as data: a snapshot, and everything after its position. Together they are what a fresh snapshot says. */

import type { AgentChanged, AgentCount, AgentLine, Card, Counts, InboxChanged, InboxHidden, Position, Resumed, TeamCount, Uuid } from "./protocol.ts";
import type { Inbox as InboxSnapshot, Read } from "./rest.ts";

export type FeedEntry = InboxChanged | InboxHidden | AgentChanged;

export interface Inbox {
  /** Null until a snapshot is here, and after the server could not go on from it. */
  readonly position: Position | null;
  readonly cards: Readonly<Record<Uuid, Card>>;
  readonly counts: Counts;
  /** Up to which number the person has read; what is not here was never read, as far as is known. */
  readonly reads: Readonly<Record<Uuid, number>>;
  /** Who has a seat: what each chose, whether it is there, and what it carries. */
  readonly agents: Readonly<Record<Uuid, AgentLine>>;
  /** Changes that came after a hole, or before the snapshot. */
  readonly waiting: readonly FeedEntry[];
}

export const emptyInbox: Inbox = { position: null, cards: {}, counts: {}, reads: {}, agents: {}, waiting: [] };

/** Changes are missing that the server can be asked for. */
export const inboxHasHole = (inbox: Inbox): boolean => inbox.position !== null && inbox.waiting.length > 0;

/** A snapshot takes the place of everything but marks, which only grow; changes that came meanwhile go on top. */
export function takeSnapshot(inbox: Inbox, snapshot: InboxSnapshot): Inbox {
  const cards = Object.fromEntries(snapshot.cards.map((card) => [card.conversation_id, card]));
  const agents = Object.fromEntries(snapshot.agents.map((agent) => [agent.id, agent]));
  const { reads } = takeReads(inbox, snapshot.reads);
  return settle({ position: snapshot.position, cards, counts: snapshot.counts, reads, agents, waiting: inbox.waiting });
}

/** One change; one that is known already changes nothing. */
export function takeChange(inbox: Inbox, change: FeedEntry): Inbox {
  return settle({ ...inbox, waiting: [...inbox.waiting, change] });
}

/** Cards from beyond the snapshot: conversations that are older than what it holds. */
export function takeCards(inbox: Inbox, cards: readonly Card[]): Inbox {
  const known = cards.reduce(withCard, inbox.cards);
  return known === inbox.cards ? inbox : { ...inbox, cards: known };
}

/** How far the person has read some conversations, here or in another browser. */
export function takeReads(inbox: Inbox, reads: readonly Read[]): Inbox {
  const news = reads.filter(({ conversation_id, upto }) => upto > (inbox.reads[conversation_id] ?? 0));
  if (news.length === 0) return inbox;
  const known: Record<Uuid, number> = { ...inbox.reads };
  for (const { conversation_id, upto } of news) known[conversation_id] = Math.max(upto, known[conversation_id] ?? 0);
  return { ...inbox, reads: known };
}

/** The server's answer to the position: what follows it, or the demand to load the snapshot again. */
export function takeInboxResumed(inbox: Inbox, resumed: Resumed): Inbox {
  if (!resumed.recovered) return { ...inbox, position: null };
  const changes = (resumed.entries ?? []).flatMap((entry) => ("sender" in entry ? [] : [entry]));
  const next = settle(changes.reduce(apply, inbox));
  return { ...next, position: next.position === null ? resumed.position : later(next.position, resumed.position) };
}

/** The cards in the order of a list: the one that moved last comes first. */
export function sortedCards(inbox: Inbox): readonly Card[] {
  return Object.values(inbox.cards).sort((a, b) => movedAt(b) - movedAt(a) || (a.conversation_id < b.conversation_id ? 1 : -1));
}

const movedAt = (card: Card): number => card.last_message_at ?? card.started_at;

/** Applies what follows without a gap and keeps the rest waiting; what is from an epoch that is over goes. */
function settle(inbox: Inbox): Inbox {
  if (inbox.position === null) return inbox;
  let next: Inbox = { ...inbox, waiting: [] };
  for (const change of [...inbox.waiting].sort((a, b) => compareNumbers(numbers(a), numbers(b)))) {
    const position = next.position ?? numbers(change);
    const here = numbers(change);
    if (compareNumbers(here, position) <= 0) continue;
    const follows = here.epoch === position.epoch && (change.after ?? 0) <= position.seq;
    next = follows ? apply(next, change) : { ...next, waiting: [...next.waiting, change] };
  }
  return next;
}

function apply(inbox: Inbox, change: FeedEntry): Inbox {
  const position = numbers(change);
  // Known already; it may tell of a card that was hidden since.
  if (inbox.position !== null && compareNumbers(position, inbox.position) <= 0) return inbox;
  switch (change.type) {
    case "agent_changed":
      return { ...inbox, position, agents: withAgent(inbox.agents, change.agent) };
    case "inbox_hidden":
      return { ...inbox, position, cards: without(inbox.cards, change.conversation_id) };
    case "inbox_changed":
      return { ...inbox, position, counts: withCounts(inbox.counts, change.counts ?? null), cards: withCard(inbox.cards, change.card) };
  }
}

/** Numbers that are named take the place of the known ones; a change of messages alone names none. */
function withCounts(known: Counts, named: Counts | null): Counts {
  if (named === null) return known;
  const agents = byId<AgentCount>([...(known.agents ?? []), ...(named.agents ?? [])], (each) => each.agent_id);
  const teams = byId<TeamCount>([...(known.teams ?? []), ...(named.teams ?? [])], (each) => each.team_id);
  return { ...named, agents, teams };
}

/** The last one of each id, in their order, without those that are at zero: a snapshot does not name them either. */
function byId<Each extends { readonly count: number }>(all: readonly Each[], id: (each: Each) => Uuid): readonly Each[] {
  const last = new Map(all.map((each) => [id(each), each]));
  return [...last.values()].filter((each) => each.count > 0).sort((a, b) => (id(a) < id(b) ? -1 : 1));
}

/** Whoever has no seat any more is taken off. */
function withAgent(agents: Inbox["agents"], agent: AgentLine): Inbox["agents"] {
  const { [agent.id]: _, ...others } = agents;
  return agent.is_active === false ? others : { ...others, [agent.id]: agent };
}

function without(cards: Inbox["cards"], conversation_id: Uuid): Inbox["cards"] {
  const { [conversation_id]: gone, ...others } = cards;
  return gone === undefined ? cards : others;
}

function withCard(cards: Readonly<Record<Uuid, Card>>, card: Card): Readonly<Record<Uuid, Card>> {
  const known = cards[card.conversation_id];
  const is_old = known !== undefined && (card.version < known.version || card.last_seq < known.last_seq);
  return is_old ? cards : { ...cards, [card.conversation_id]: card };
}

const numbers = (change: FeedEntry): Position => ({ epoch: change.epoch ?? 0, seq: change.seq ?? 0 });

const compareNumbers = (a: Position, b: Position): number => a.epoch - b.epoch || a.seq - b.seq;

const later = (a: Position, b: Position): Position => (compareNumbers(a, b) < 0 ? b : a);
