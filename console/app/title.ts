/** The tab: where one is, how many conversations have news, and a dot on the sign. */

import { computed } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import { nameOf } from "../inbox/CardView.tsx";
import { list } from "../inbox/current.ts";
import type { Desk } from "../inbox/desk.ts";
import { labelOf } from "../inbox/lists.ts";
import { offersTo } from "../offers/offers.ts";
import { PAGES } from "../settings/pages.ts";
import { route } from "./here.ts";

const PRODUCT = "Frontdesk";

export function useTitle(desk: Desk): void {
  const { place, unread } = useMemo(
    () => ({
      place: computed(() => {
        const [offer] = offersTo(desk.inbox.value.cards, desk.me.agent_id);
        return [offer === undefined ? "" : `Offered: ${nameOf(offer)}`, placeOf(desk)].filter(Boolean).join(" · ");
      }),
      unread: computed(() => Object.values(desk.inbox.value.cards).filter(desk.isUnread).length),
    }),
    [desk],
  );
  const [where, count] = [place.value, unread.value];
  useEffect(() => {
    document.title = `${count > 0 ? `(${count > 99 ? "99+" : count}) ` : ""}${where === "" ? "" : `${where} · `}${PRODUCT}`;
  }, [where, count]);
  const has_news = count > 0;
  useEffect(() => showSign(has_news), [has_news]);
  useEffect(() => () => showSign(false), []);
}

function placeOf(desk: Desk): string {
  const asked = route.value;
  switch (asked.page) {
    case "inbox":
      return labelOf(list.value, desk.nameOf);
    case "conversation":
      return desk.card.value === undefined ? "Conversation" : nameOf(desk.card.value);
    case "search":
      return "Search";
    case "articles":
      return "Articles";
    case "start":
      return "First steps";
    case "team":
      return "Team";
    case "settings":
      return PAGES[asked.name].title;
    case "account":
    case "missing":
      return "";
  }
}

const SIGN = (has_dot: boolean): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="9" fill="#2b5bbd"/>` +
  `<g fill="none" stroke="#fff" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"><path d="M8 20a8 8 0 0 1 16 0ZM6.5 23.5h19M16 12V9.5M14 9.5h4"/></g>` +
  `${has_dot ? '<circle cx="25" cy="7" r="6.5" fill="#d33"/>' : ""}</svg>`;

function showSign(has_dot: boolean): void {
  const link = document.querySelector<HTMLLinkElement>("link[rel=icon]");
  if (link !== null) link.href = `data:image/svg+xml,${encodeURIComponent(SIGN(has_dot))}`;
}
