/** One more offer, below the card of the most urgent one. */

import { nameOf, kindOf } from "../inbox/CardView.tsx";
import type { Desk } from "../inbox/desk.ts";
import { IconButton } from "../shared/Button.tsx";
import { Face } from "../shared/Face.tsx";
import type { Seconds } from "../shared/seconds.tsx";
import { accept, answered, decline } from "./answer.ts";
import { Left } from "./OfferCard.tsx";
import type { Offered } from "./offers.ts";

export function OfferLine({ desk, card, seconds }: { desk: Desk; card: Offered; seconds: Seconds }) {
  const id = card.conversation_id;
  const name = nameOf(card);
  const is_busy = answered.value.has(id);
  return (
    <article class="offer line" aria-label={`Offered to you: ${name}`} data-offer={id}>
      <Face id={card.contact_id} name={name} of={kindOf(card)} size={24} />
      <strong title={card.last_preview}><bdi>{name}</bdi></strong>
      <Left deadline={card.offer_deadline_at} seconds={seconds} />
      <IconButton glyph="check" label={`Accept ${name}`} is_disabled={is_busy} onClick={() => void accept(desk, id)} />
      <IconButton glyph="close" label={`Decline ${name}`} is_disabled={is_busy} onClick={() => void decline(desk, id)} />
    </article>
  );
}
