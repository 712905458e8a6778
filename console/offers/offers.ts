/** What is offered to a person just now, and how an offer ended: from the cards of the feed alone. */

import type { Inbox } from "../../client/src/inbox.ts";
import type { Card, Milliseconds, Uuid } from "../../client/src/protocol.ts";
import { nameOf } from "../inbox/CardView.tsx";

type Cards = Inbox["cards"];

/** A card that is offered to somebody, until a moment of the server's clock. */
export type Offered = Card & { readonly offered_agent_id: Uuid; readonly offer_deadline_at: Milliseconds };

export const isOffered = (card: Card | undefined): card is Offered =>
  card?.status === "waiting" && card.offered_agent_id != null && card.offer_deadline_at != null;

export const isOfferedTo = (card: Card | undefined, me: Uuid): card is Offered => isOffered(card) && card.offered_agent_id === me;

/** The one that runs out first stands first, so that a new one never takes the place of the one that is looked at. */
export function offersTo(cards: Cards, me: Uuid): readonly Offered[] {
  return Object.values(cards)
    .filter((card) => isOfferedTo(card, me))
    .sort((a, b) => a.offer_deadline_at - b.offer_deadline_at || (a.conversation_id < b.conversation_id ? -1 : 1));
}

/** Offers that stand now and did not a moment ago; none of those that the first snapshot brings. */
export function newOffers(before: Inbox, after: Inbox, me: Uuid): readonly Offered[] {
  if (before.position === null || before.cards === after.cards) return [];
  return offersTo(after.cards, me).filter((card) => {
    const known = before.cards[card.conversation_id];
    return !isOfferedTo(known, me) || known.offer_deadline_at !== card.offer_deadline_at;
  });
}

/** In words, what became of offers that stand no more; nothing of what the person did, by the ids in `answered`. */
export function endingsOf(before: Cards, after: Cards, me: Uuid, now: Milliseconds, answered: ReadonlySet<Uuid>): readonly string[] {
  return offersTo(before, me).flatMap((was) => {
    const card = after[was.conversation_id];
    if (card === undefined || isOfferedTo(card, me) || answered.has(was.conversation_id)) return [];
    const told = endingOf(was, card, me, now);
    return told === null ? [] : [told];
  });
}

/** The feed tells of an end some moments after the server's clock has. */
const NEARLY = 1_000;

function endingOf(was: Offered, card: Card, me: Uuid, now: Milliseconds): string | null {
  const name = nameOf(card);
  switch (card.status) {
    case "assigned":
      // Accepted in another window.
      return card.assigned_agent_id === me ? null : `${card.assigned_agent_name || "Somebody"} took the conversation with ${name}.`;
    case "closed":
    case "resolved":
      return `The conversation with ${name} was closed.`;
    default:
      return now >= was.offer_deadline_at - NEARLY ? `The offer of ${name} ran out.` : `${name} is no longer offered to you.`;
  }
}
