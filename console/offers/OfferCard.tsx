/** One offer in full: who asks for what, how long they have waited, and how long the answer may take. */

import { useComputed } from "@preact/signals";
import { kindOf, nameOf } from "../inbox/CardView.tsx";
import type { Desk } from "../inbox/desk.ts";
import { clockWait, leftUntil } from "../queue/waits.ts";
import { IconButton } from "../shared/Button.tsx";
import { Face } from "../shared/Face.tsx";
import { Glyph } from "../shared/Glyph.tsx";
import { PriorityMark } from "../shared/PriorityMark.tsx";
import { Telling, type Seconds } from "../shared/seconds.tsx";
import { accept, answered, decline, explaining } from "./answer.ts";
import { Facts, Handed, LastLines } from "./Handed.tsx";
import type { Offered } from "./offers.ts";
import { Reason } from "./Reason.tsx";

/** From here on the rest is told in another colour. */
const HURRY = 10_000;

interface Props {
  readonly desk: Desk;
  readonly card: Offered;
  readonly seconds: Seconds;
}

export function OfferCard({ desk, card, seconds }: Props) {
  const { conversation_id: id, offer_deadline_at: deadline, queued_at } = card;
  const name = nameOf(card);
  const is_busy = answered.value.has(id);
  const is_over = useComputed(() => seconds.value >= deadline);
  const is_hurried = useComputed(() => deadline - seconds.value <= HURRY);
  return (
    <article class="offer" aria-label={`Offered to you: ${name}`} data-hurry={is_hurried} data-offer={id}>
      <header>
        <h2>Offered to you</h2>
        <Left deadline={deadline} seconds={seconds} />
      </header>
      <div class="asker">
        <Face id={card.contact_id} name={name} of={kindOf(card)} />
        <div class="who">
          <strong><bdi>{name}</bdi></strong>
          <p>
            <bdi>{[card.channel_name, card.assigned_team_name].filter(Boolean).join(" · ")}</bdi>
            <PriorityMark priority={card.priority} />
            {queued_at != null && (
              <span class="wait" title="Waits since then">
                <Glyph name="clock" size={14} />
                <span aria-hidden="true"><Telling seconds={seconds} tell={(now) => clockWait(queued_at, now)} /></span>
              </span>
            )}
          </p>
        </div>
      </div>
      {card.handoff != null && <Handed handoff={card.handoff} />}
      {card.handoff != null && <Facts card={card} />}
      <LastLines card={card} />
      {explaining.value === id ? <Reason desk={desk} id={id} /> : (
        <div class="ways">
          <button type="button" class="button primary" disabled={is_busy || is_over.value} aria-busy={is_busy} onClick={() => void accept(desk, id)}>
            Accept <kbd>y</kbd>
          </button>
          <button type="button" class="button plain" disabled={is_busy || is_over.value} onClick={() => void decline(desk, id)}>
            Decline <kbd>d</kbd>
          </button>
          <IconButton glyph="pencil" label="Decline with a reason" hint="Shift+D" is_disabled={is_busy || is_over.value} onClick={() => (explaining.value = id)} />
        </div>
      )}
    </article>
  );
}

/** The time that is left, as a ring of which one round is a minute, and in seconds. Read out once, with the card. */
export function Left({ deadline, seconds }: { deadline: number; seconds: Seconds }) {
  // One second ahead, as the ring takes a second to get there.
  const rest = useComputed(() => String(100 - 100 * Math.min(1, Math.max(0, (deadline - seconds.value - 1_000) / 60_000))));
  return (
    <span class="left">
      <span class="unseen">{leftUntil(deadline, seconds.peek())} to answer</span>
      <svg class="ring" width="16" height="16" viewBox="0 0 16 16" aria-hidden="true">
        <circle cx="8" cy="8" r="6.5" />
        <circle class="rest" cx="8" cy="8" r="6.5" pathLength="100" stroke-dashoffset={rest} />
      </svg>
      <span aria-hidden="true"><Telling seconds={seconds} tell={(now) => leftUntil(deadline, now)} /></span>
    </span>
  );
}
