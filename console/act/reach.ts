/** What keys, buttons and the palette act upon. */

import { computed, signal, type ReadonlySignal, type Signal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import type { Card, Uuid } from "../../client/src/protocol.ts";
import { go } from "../app/router.ts";
import { pathToConversation, pathToList } from "../app/routes.ts";
import { list } from "../inbox/current.ts";
import type { Desk } from "../inbox/desk.ts";
import { cardsOf } from "../inbox/lists.ts";

/** What stands over the page. */
export type Overlay =
  | { readonly kind: "palette" }
  | { readonly kind: "sheet" }
  | { readonly kind: "organizations" }
  | { readonly kind: "status" }
  | { readonly kind: "assign" | "transfer" | "tag" | "priority" | "classify"; readonly conversation_id: Uuid };

export interface Reach {
  readonly desk: Desk;
  /** The cards of the list that is shown. */
  readonly cards: ReadonlySignal<readonly Card[]>;
  /** Where j and k are. */
  readonly cursor: Signal<Uuid | null>;
  readonly overlay: Signal<Overlay | null>;
  /** The opened conversation, else the one that the cursor is on. */
  readonly subject: ReadonlySignal<Card | undefined>;
  open(conversation_id: Uuid): void;
  back(): void;
}

export function useReach(desk: Desk): Reach {
  return useMemo(() => {
    const cursor = signal<Uuid | null>(null);
    const cards = computed(() => cardsOf(Object.values(desk.inbox.value.cards), list.value, desk.me.agent_id, desk.bots.value));
    return {
      desk,
      cards,
      cursor,
      overlay: signal<Overlay | null>(null),
      subject: computed(() => desk.card.value ?? (cursor.value === null ? undefined : desk.inbox.value.cards[cursor.value])),
      open: (conversation_id) => go(pathToConversation(conversation_id), { list: list.peek() }),
      back: () => go(pathToList(list.peek())),
    };
  }, [desk]);
}
