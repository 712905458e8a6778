/** Which conversations have something new for this person since a moment ago. */

import type { Inbox } from "../../client/src/inbox.ts";
import type { Card } from "../../client/src/protocol.ts";

/** Nothing is news that the first snapshot brings, or a page of the past. */
export function newsOf(before: Inbox, after: Inbox, isUnread: (card: Card) => boolean): readonly Card[] {
  if (before.position === null || after.position === null || before.cards === after.cards) return [];
  const has_moved = after.position.seq !== before.position.seq || after.position.epoch !== before.position.epoch;
  if (!has_moved) return [];
  return Object.values(after.cards).filter((card) => {
    const known = before.cards[card.conversation_id];
    return card !== known && card.last_seq > (known?.last_seq ?? 0) && isUnread(card);
  });
}
