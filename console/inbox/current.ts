/** The list that is shown: by the address, or beside an opened conversation the one it was opened from. */

import { computed, effect, signal, type ReadonlySignal } from "@preact/signals";
import { route } from "../app/here.ts";
import { place } from "../app/router.ts";
import { isList, type ListName } from "../app/routes.ts";
import type { Card, Uuid } from "../../client/src/protocol.ts";
import { recall, remember } from "../shared/keep.ts";
import { belongs, isClosed, type Bots } from "./lists.ts";

const NAME = "frontdesk:list";
const known = recall<string | null>(NAME, null);
const last = signal<ListName>(isList(known) ? known : "all");

export const list: ReadonlySignal<ListName> = computed(() => {
  if (route.value.page === "inbox" && route.value.list !== null) return route.value.list;
  if (route.value.page === "conversation" && isList(place.value.list)) return place.value.list;
  return last.value;
});

/** The list to stand beside a conversation that was opened by its address alone. */
export function listFor(card: Card, me: Uuid, bots: Bots): ListName {
  if (belongs(card, last.peek(), me, bots)) return last.peek();
  return isClosed(card) ? "closed" : "all";
}

effect(() => {
  last.value = list.value;
  remember(NAME, list.value);
});
