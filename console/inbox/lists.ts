/** The inbox as lists: which cards each shows, in which order, how many there are, and how the server is asked. */

import type { Card, Counts, Uuid } from "../../client/src/protocol.ts";
import type { CardFilter } from "../api/chat.ts";
import type { ListName } from "../app/routes.ts";

export const isClosed = (card: Pick<Card, "status">): boolean => card.status === "closed" || card.status === "resolved";

/** Whether somebody takes part beside the holder. */
export const hasJoined = (card: Card | undefined, agent_id: Uuid): boolean => card?.supervisor_ids?.includes(agent_id) ?? false;

const teamOf = (list: ListName): Uuid | null => (list.startsWith("team:") ? list.slice(5) : null);
/** Those who wait, in the order in which they are served: all of them, or a team's. */
export const isQueue = (list: ListName): boolean => list.startsWith("queue");
const queueOf = (list: ListName): Uuid | null => (list.startsWith("queue:") ? list.slice(6) : null);
const agentOf = (list: ListName): Uuid | null => (list.startsWith("agent:") ? list.slice(6) : null);

/** Whose conversations are with bots. */
export type Bots = ReadonlySet<Uuid>;
const NONE: Bots = new Set();

export function belongs(card: Card, list: ListName, me: Uuid, bots: Bots = NONE): boolean {
  if (list === "closed") return isClosed(card);
  if (isClosed(card)) return false;
  if (isQueue(list)) return card.status === "waiting" && [null, card.assigned_team_id].includes(queueOf(list));
  switch (list) {
    case "all":
      return true;
    case "mine":
      return card.assigned_agent_id === me;
    case "unassigned":
      return (card.assigned_agent_id ?? null) === null;
    case "bots":
      return bots.has(card.assigned_agent_id ?? "");
    default:
      return agentOf(list) === null ? (card.assigned_team_id ?? null) === teamOf(list) : card.assigned_agent_id === agentOf(list);
  }
}

/** When a card last moved; the newest comes first, as from the server. */
export const movedAt = (card: Card): number => card.last_message_at ?? card.started_at;

export function cardsOf(cards: Iterable<Card>, list: ListName, me: Uuid, bots: Bots = NONE): readonly Card[] {
  const found = [...cards].filter((card) => belongs(card, list, me, bots));
  if (isQueue(list)) return found.sort((a, b) => servedAt(a) - servedAt(b) || (a.conversation_id < b.conversation_id ? -1 : 1));
  return found.sort((a, b) => movedAt(b) - movedAt(a) || (a.conversation_id < b.conversation_id ? 1 : -1));
}

/** The server says who comes next; the oldest where it says nothing. */
const servedAt = (card: Card): number => card.serve_at ?? card.started_at;

/** The number beside a list's name; the server counts, since not every card may be here. */
export function countOf(counts: Counts, list: ListName, me: Uuid, bots: Bots = NONE): number | null {
  const agent_id = list === "mine" ? me : agentOf(list);
  const { open = 0, waiting = 0, assigned = 0, unassigned = 0, agents = [], teams = [] } = counts;
  if (agent_id !== null) return agents.find((each) => each.agent_id === agent_id)?.count ?? 0;
  if (queueOf(list) !== null) return null;
  switch (list) {
    case "all":
      return open + waiting + assigned;
    case "unassigned":
      return unassigned;
    case "queue":
      return waiting;
    case "bots":
      return agents.reduce((sum, each) => sum + (bots.has(each.agent_id) ? each.count : 0), 0);
    case "closed":
      return null;
    default:
      return teams.find((each) => each.team_id === teamOf(list))?.count ?? 0;
  }
}

/** The numbers of some cards, for whoever sees no more than these. */
export function countsOf(cards: readonly Card[]): Counts {
  const live = cards.filter((card) => !isClosed(card));
  const by = (of: (card: Card) => Uuid | null | undefined): Map<Uuid, number> =>
    live.reduce((found, card) => {
      const id = of(card) ?? null;
      return id === null ? found : found.set(id, (found.get(id) ?? 0) + 1);
    }, new Map<Uuid, number>());
  const [states, agents, teams] = [by((card) => card.status), by((card) => card.assigned_agent_id), by((card) => card.assigned_team_id)];
  return {
    open: states.get("open") ?? 0,
    waiting: states.get("waiting") ?? 0,
    assigned: states.get("assigned") ?? 0,
    unassigned: live.filter((card) => (card.assigned_agent_id ?? null) === null).length,
    agents: [...agents].map(([agent_id, count]) => ({ agent_id, count })),
    teams: [...teams].map(([team_id, count]) => ({ team_id, count })),
  };
}

/** What the server is asked for the same list; each filter stands alone, and a list of several states is asked by state. */
export function filtersOf(list: ListName, me: Uuid): readonly CardFilter[] {
  const team_id = teamOf(list);
  const agent_id = list === "mine" ? me : agentOf(list);
  if (list === "closed") return [{ status: "closed" }, { status: "resolved" }];
  if (list === "bots") return [{ status: "assigned", bot_active: true }];
  if (list === "unassigned") return [{ status: "open", unassigned: true }, { status: "waiting", unassigned: true }];
  if (agent_id !== null) return [{ status: "assigned", assigned_agent_id: agent_id }];
  if (isQueue(list)) return [{ status: "waiting", ...(queueOf(list) !== null && { team_id: queueOf(list) }) }];
  const states = (["open", "waiting", "assigned"] as const).map((status): CardFilter => ({ status }));
  return team_id === null ? states : states.map((state) => ({ ...state, team_id }));
}

export const labelOf = (list: ListName, nameOf: (id: Uuid) => string): string => {
  switch (list) {
    case "all":
      return "All open";
    case "mine":
      return "Mine";
    case "unassigned":
      return "Unassigned";
    case "queue":
      return "Queue";
    case "bots":
      return "With bots";
    case "closed":
      return "Closed";
    default:
      return isQueue(list) ? `Queue: ${nameOf(queueOf(list) ?? "")}` : nameOf(teamOf(list) ?? agentOf(list) ?? "");
  }
};
