/** The inbox as lists: which cards each shows, and how many there are. */

import { sortedCards, type Inbox } from "../client/src/inbox.ts";
import type { Card, Uuid } from "../client/src/protocol.ts";

export type ListName = "open" | "unassigned" | "mine" | "closed";

export const LISTS: readonly { readonly name: ListName; readonly label: string }[] = [
  { name: "open", label: "Open" },
  { name: "unassigned", label: "Unassigned" },
  { name: "mine", label: "Mine" },
  { name: "closed", label: "Closed" },
];

export const isClosed = (card: Pick<Card, "status">): boolean => card.status === "closed" || card.status === "resolved";

export function cardsOf(inbox: Inbox, list: ListName, me: Uuid): readonly Card[] {
  return sortedCards(inbox).filter((card) => {
    switch (list) {
      case "open":
        return !isClosed(card);
      case "unassigned":
        return !isClosed(card) && (card.assigned_agent_id ?? null) === null;
      case "mine":
        return !isClosed(card) && card.assigned_agent_id === me;
      case "closed":
        return isClosed(card);
    }
  });
}

/** The number beside a list's name; the server counts what it counts, since not every card may be here. */
export function countOf(inbox: Inbox, list: ListName, me: Uuid): number | null {
  const { open = 0, waiting = 0, assigned = 0 } = inbox.counts;
  switch (list) {
    case "open":
      return open + waiting + assigned;
    case "unassigned":
      return open + waiting;
    case "mine":
      return cardsOf(inbox, list, me).length;
    case "closed":
      return null;
  }
}
