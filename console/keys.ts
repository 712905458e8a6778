/** The keyboard: j and k move, Enter opens, r replies, n notes, a takes, e closes; Escape goes back to the list. */

import type { ReadonlySignal, Signal } from "@preact/signals";
import type { Card, Uuid } from "../client/src/protocol.ts";
import type { Desk } from "./desk.ts";

interface Reach {
  readonly desk: Desk;
  readonly cards: ReadonlySignal<readonly Card[]>;
  readonly cursor: Signal<Uuid | null>;
  readonly is_note: Signal<boolean>;
  readonly open: (conversation_id: Uuid | null) => void;
}

const FIELDS = "input, textarea, select, [contenteditable]";

/** Listens until the returned function is called. */
export function listen({ desk, cards, cursor, is_note, open }: Reach): () => void {
  function move(by: 1 | -1): void {
    const at = cards.value.findIndex((card) => card.conversation_id === cursor.value);
    const next = cards.value[at < 0 ? 0 : Math.min(cards.value.length - 1, Math.max(0, at + by))];
    if (next === undefined) return;
    cursor.value = next.conversation_id;
    find(next.conversation_id)?.scrollIntoView({ block: "nearest" });
  }

  function write(as_note: boolean): void {
    is_note.value = as_note;
    requestAnimationFrame(() => document.querySelector<HTMLElement>(".composer textarea")?.focus());
  }

  function act(key: string, target: Element): boolean {
    switch (key) {
      case "j":
        move(1);
        return true;
      case "k":
        move(-1);
        return true;
      case "Enter":
        // A focused button does what it says.
        if (cursor.value === null || target.closest("button, a") !== null) return false;
        open(cursor.value);
        return true;
      case "r":
      case "n":
        if (desk.opened.value !== null) write(key === "n");
        return desk.opened.value !== null;
      case "a":
        desk.take();
        return true;
      case "e":
        desk.close();
        return true;
      default:
        return false;
    }
  }

  function press(event: KeyboardEvent): void {
    const target = event.target as Element;
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (target.matches(FIELDS)) {
      if (event.key === "Escape") (target as HTMLElement).blur();
      return;
    }
    if (act(event.key, target)) event.preventDefault();
  }
  addEventListener("keydown", press);
  return () => removeEventListener("keydown", press);
}

const find = (conversation_id: Uuid): Element | null => document.querySelector(`[data-conversation="${conversation_id}"]`);
