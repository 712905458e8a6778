/** j and k: the cursor goes through the list without opening what it passes. */

import { CARD_HEIGHT } from "../inbox/windowing.ts";
import { FIELDS } from "./fields.ts";
import type { Reach } from "./reach.ts";

export function move(reach: Reach, by: 1 | -1): void {
  const cards = reach.cards.value;
  const at = cards.findIndex((card) => card.conversation_id === reach.cursor.value);
  const next = cards[at < 0 ? 0 : Math.min(cards.length - 1, Math.max(0, at + by))];
  if (next === undefined) return;
  reach.cursor.value = next.conversation_id;
  showCursor(reach);
}

/** Brings the cursor into sight, also where its card is not drawn yet, and the focus with it. */
export function showCursor(reach: Reach): void {
  const at = reach.cards.value.findIndex((card) => card.conversation_id === reach.cursor.value);
  const box = document.querySelector<HTMLElement>(".cards .box");
  if (at < 0 || box === null) return;
  const top = at * CARD_HEIGHT;
  if (top < box.scrollTop) box.scrollTop = top;
  else if (top + CARD_HEIGHT > box.scrollTop + box.clientHeight) box.scrollTop = top + CARD_HEIGHT - box.clientHeight;
  requestAnimationFrame(() => {
    // The next key may have led to a field or a window already.
    if (document.activeElement?.matches(`${FIELDS}, dialog *`)) return;
    document.querySelector<HTMLElement>('.card[data-cursor="true"]')?.focus({ preventScroll: true });
  });
}
