/** What stands round every page of somebody who is in: the way in between, the palette, what was just done. */

import { untracked, useSignal } from "@preact/signals";
import { useEffect, useLayoutEffect } from "preact/hooks";
import { listen } from "../act/keys.ts";
import { useReach, type Reach } from "../act/reach.ts";
import { InboxPage } from "../inbox/InboxPage.tsx";
import { listFor } from "../inbox/current.ts";
import type { Desk } from "../inbox/desk.ts";
import { Offers } from "../offers/Offers.tsx";
import { Overlays } from "../palette/Overlays.tsx";
import { Blank } from "../shared/Blank.tsx";
import { Toasts } from "../shared/toasts.tsx";
import { useAtOnce } from "../shared/useAtOnce.ts";
import { Bell } from "./Bell.tsx";
import { route } from "./here.ts";
import { lazy } from "./lazy.tsx";
import { go, place } from "./router.ts";
import { Nav } from "./Nav.tsx";
import { lookAtFacts } from "../start/steps.ts";
import { useTitle } from "./title.ts";

const SearchPage = lazy(async () => (await import("../search/SearchPage.tsx")).SearchPage);
const SettingsPage = lazy(async () => (await import("../settings/SettingsPage.tsx")).SettingsPage);
const TeamPage = lazy(async () => (await import("../team/TeamPage.tsx")).TeamPage);
const ArticlesPage = lazy(async () => (await import("../articles/ArticlesPage.tsx")).ArticlesPage);
const StartPage = lazy(async () => (await import("../start/StartPage.tsx")).StartPage);

export function Shell({ desk }: { desk: Desk }) {
  const is_nav_open = useSignal(false);
  const reach = useReach(desk);
  // Before the page is painted: whoever sees a card may press a key.
  useLayoutEffect(() => listen(reach), [desk]);
  useEffect(() => {
    desk.directory.wantPeople();
    lookAtFacts(desk);
  }, [desk]);
  // At once with the address, not after the next drawing: a key that is pressed meanwhile must mean the right one.
  useAtOnce(() => {
    const asked = route.value;
    const conversation_id = asked.page === "conversation" ? asked.conversation_id : null;
    untracked(() => {
      if (desk.opened.value !== conversation_id) desk.open(conversation_id);
      if (conversation_id !== null) reach.cursor.value = conversation_id;
    });
  });
  // Whoever comes by an address alone finds the conversation in the list beside it.
  useAtOnce(() => {
    const card = desk.card.value;
    if (route.value.page !== "conversation" || place.value.list !== null || card === undefined) return;
    go(place.value.path + place.value.query, { replace: true, list: listFor(card, desk.me.agent_id, desk.bots.peek()) });
  });
  useTitle(desk);
  const { page } = route.value;
  // On a phone the way in between covers the page, until somebody went somewhere.
  useEffect(() => void (is_nav_open.value = false), [route.value]);

  return (
    <div class="shell" data-page={page} data-nav={is_nav_open.value}>
      <a class="skip" href="#main">Skip to the conversations</a>
      <Nav desk={desk} overlay={reach.overlay} onClose={() => (is_nav_open.value = false)} />
      <PageOf reach={reach} onNav={() => (is_nav_open.value = true)} />
      <Overlays reach={reach} />
      <div class="corner">
        {desk.may("offer.answer") && <Offers desk={desk} />}
        <Toasts />
      </div>
      <Bell desk={desk} />
    </div>
  );
}

function PageOf({ reach, onNav }: { reach: Reach; onNav: () => void }) {
  const asked = route.value;
  switch (asked.page) {
    case "inbox":
    case "conversation":
      return <InboxPage reach={reach} onNav={onNav} />;
    case "search":
      return <SearchPage desk={reach.desk} words={asked.words} onNav={onNav} />;
    case "articles":
      return <ArticlesPage desk={reach.desk} id={asked.id} onNav={onNav} />;
    case "start":
      return <StartPage desk={reach.desk} onNav={onNav} />;
    case "team":
      return <TeamPage desk={reach.desk} onNav={onNav} />;
    case "settings":
      return <SettingsPage desk={reach.desk} name={asked.name} id={asked.id} onNav={onNav} />;
    case "account":
    case "missing":
      return (
        <main id="main" class="page" tabIndex={-1}>
          <Blank is_page glyph="search" title="There is no such page" told="The address may have a mistake, or the page is gone.">
            <a class="button plain" href="/console">Back to the conversations</a>
          </Blank>
        </main>
      );
  }
}
