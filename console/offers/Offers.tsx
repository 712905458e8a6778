/** What is offered to this person, on whatever page: the most urgent in full, the others below it in a line each. */

import { useComputed, useSignalEffect } from "@preact/signals";
import { useRef } from "preact/hooks";
import type { Inbox } from "../../client/src/inbox.ts";
import type { Desk } from "../inbox/desk.ts";
import { useSeconds } from "../shared/seconds.tsx";
import { say } from "../shared/toasts.tsx";
import { answered, settle } from "./answer.ts";
import { OfferCard } from "./OfferCard.tsx";
import { OfferLine } from "./OfferLine.tsx";
import { endingsOf, offersTo } from "./offers.ts";

/** So many lines stand below the card; more are a number. */
const LINES = 2;
/** The server says that an offer is over; where it cannot, the card goes by itself. */
const LINGERS = 5_000;

export function Offers({ desk }: { desk: Desk }) {
  const me = desk.me.agent_id;
  const seconds = useSeconds(desk.now);
  useEndings(desk);
  const all = useComputed(() => offersTo(desk.inbox.value.cards, me));
  const left = useComputed(() => all.value.filter(({ offer_deadline_at }) => seconds.value < offer_deadline_at + LINGERS).length);
  // Sorted by their ends: those that are over stand first.
  const [first, ...others] = all.value.slice(all.value.length - left.value);
  return (
    <section class="offers" aria-label="Offered to you" aria-live="polite" aria-relevant="additions">
      {first !== undefined && <OfferCard key={`${first.conversation_id}:${first.offer_deadline_at}`} desk={desk} card={first} seconds={seconds} />}
      {others.slice(0, LINES).map((card) => (
        <OfferLine key={`${card.conversation_id}:${card.offer_deadline_at}`} desk={desk} card={card} seconds={seconds} />
      ))}
      {others.length > LINES && <p class="others">and {others.length - LINES} more</p>}
    </section>
  );
}

/** Says what became of offers that end without an answer from here. */
function useEndings(desk: Desk): void {
  const before = useRef<Inbox["cards"]>({});
  useSignalEffect(() => {
    const { cards } = desk.inbox.value;
    if (cards === before.current) return;
    const me = desk.me.agent_id;
    for (const told of endingsOf(before.current, cards, me, desk.now(), answered.peek())) say(told);
    const standing = new Set(offersTo(cards, me).map((card) => card.conversation_id));
    settle(...[...answered.peek()].filter((id) => !standing.has(id)));
    before.current = cards;
  });
}
