/** The settings: which pages there are for this person, and the one that was asked for. */

import type { ComponentType } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { Uuid } from "../../client/src/protocol.ts";
import { lazy } from "../app/lazy.tsx";
import { pathToSettings, SETTINGS, type SettingsName } from "../app/routes.ts";
import type { Desk } from "../inbox/desk.ts";
import { Blank } from "../shared/Blank.tsx";
import { IconButton } from "../shared/Button.tsx";
import { Glyph } from "../shared/Glyph.tsx";
import { GROUPS, PAGES } from "./pages.ts";
import "./settings.css";
import "./rows.css";
import "./looks.css";

export interface PageProps {
  readonly desk: Desk;
  readonly id: Uuid | null;
}

const LOADED: Readonly<Record<SettingsName, ComponentType<PageProps>>> = {
  profile: lazy(async () => (await import("./profile/ProfilePage.tsx")).ProfilePage),
  organization: lazy(async () => (await import("./organization/OrganizationPage.tsx")).OrganizationPage),
  members: lazy(async () => (await import("./members/MembersPage.tsx")).MembersPage),
  teams: lazy(async () => (await import("./teams/TeamsPage.tsx")).TeamsPage),
  channels: lazy(async () => (await import("./channels/ChannelsPage.tsx")).ChannelsPage),
  hours: lazy(async () => (await import("./hours/HoursPage.tsx")).HoursPage),
  canned: lazy(async () => (await import("./canned/CannedPage.tsx")).CannedPage),
  types: lazy(async () => (await import("./types/TypesPage.tsx")).TypesPage),
  intents: lazy(async () => (await import("./intents/IntentsPage.tsx")).IntentsPage),
  bots: lazy(async () => (await import("./bots/BotsPage.tsx")).BotsPage),
  tokens: lazy(async () => (await import("./tokens/TokensPage.tsx")).TokensPage),
  audit: lazy(async () => (await import("./audit/AuditPage.tsx")).AuditPage),
};

interface Props extends PageProps {
  readonly name: SettingsName;
  readonly onNav: () => void;
}

export function SettingsPage({ desk, name, id, onNav }: Props) {
  const entry = PAGES[name];
  const Page = LOADED[name];
  const is_allowed = entry.permission === null || desk.may(entry.permission);
  const tabs = useRef<HTMLDivElement>(null);
  // On a small screen the pages stand in a row that is longer than the screen.
  useEffect(() => tabs.current?.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" }), [name]);
  const mine = SETTINGS.filter((each) => PAGES[each].permission === null || desk.may(PAGES[each].permission));
  return (
    <div class="settings">
      <nav class="pages" aria-label="Settings">
        <header>
          <IconButton glyph="menu" label="Lists and settings" onClick={onNav} class="narrow" />
          <h2>Settings</h2>
        </header>
        <div class="scroll" ref={tabs}>
          {GROUPS.map((group) => {
            const inside = mine.filter((each) => PAGES[each].group === group);
            return inside.length === 0 ? null : (
              <div key={group} class="group-of">
                <h3>{group}</h3>
                <ul>
                  {inside.map((each) => (
                    <li key={each}>
                      <a href={pathToSettings(each)} aria-current={each === name ? "page" : undefined}>
                        <Glyph name={PAGES[each].glyph} />
                        {PAGES[each].title}
                      </a>
                    </li>
                  ))}
                </ul>
              </div>
            );
          })}
        </div>
      </nav>
      <main class="page" id="main" tabIndex={-1}>
        {is_allowed ? <Page key={`${name}/${id ?? ""}`} desk={desk} id={id} /> : (
          <Blank is_page glyph="ban" title="This page is not open to your role" told="Ask an admin of your organization if you need it." />
        )}
      </main>
    </div>
  );
}
