/** Tells of news while nobody looks: a sound, and a notification where the person wanted one. Draws nothing. */

import { useSignalEffect } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { emptyInbox } from "../../client/src/inbox.ts";
import type { Desk } from "../inbox/desk.ts";
import { nameOf } from "../inbox/CardView.tsx";
import { alerts, notify, ring, startAlerts } from "../shared/alerts.ts";
import { is_looking } from "../shared/looking.ts";
import { isOfferedTo, newOffers, type Offered } from "../offers/offers.ts";
import { newsOf } from "./news.ts";
import { go } from "./router.ts";
import { pathToConversation } from "./routes.ts";

/** More at once, as after a lost connection, are told in one. */
const ONE_BY_ONE = 3;

export function Bell({ desk }: { desk: Desk }) {
  const before = useRef(emptyInbox);
  const me = desk.me.agent_id;
  useEffect(() => startAlerts(desk.me.agent_id), [desk]);
  useSignalEffect(() => {
    const inbox = desk.inbox.value;
    // What is offered has a tone of its own.
    const news = newsOf(before.current, inbox, desk.isUnread).filter(
      (card) => !isOfferedTo(card, me) && !(is_looking.peek() && card.conversation_id === desk.opened.peek()),
    );
    const offers = newOffers(before.current, inbox, me);
    before.current = inbox;
    if (offers.length > 0) tellOffers(offers);
    if (news.length === 0) return;
    if (alerts.peek().has_sound) ring("news");
    if (is_looking.peek() || !alerts.peek().has_desktop) return;
    if (news.length > ONE_BY_ONE) return notify("frontdesk", `${news.length} conversations have news`, "", () => go("/console"));
    for (const card of news) {
      notify(card.conversation_id, nameOf(card), card.last_preview ?? "", () => go(pathToConversation(card.conversation_id)));
    }
  });
  return null;
}

function tellOffers(offers: readonly Offered[]): void {
  if (alerts.peek().has_sound) ring("offer");
  if (is_looking.peek() || !alerts.peek().has_desktop) return;
  for (const card of offers.slice(0, ONE_BY_ONE)) {
    notify(`offer:${card.conversation_id}`, `Offered to you: ${nameOf(card)}`, card.last_preview ?? "", () => undefined);
  }
}
