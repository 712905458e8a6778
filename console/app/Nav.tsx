/** The way in between: organization, search, lists with their counts, settings, and who is logged in. */

import type { Signal } from "@preact/signals";
import type { Overlay } from "../act/reach.ts";
import type { Desk } from "../inbox/desk.ts";
import { countOf, isQueue, labelOf } from "../inbox/lists.ts";
import { Face } from "../shared/Face.tsx";
import { Glyph, type GlyphName } from "../shared/Glyph.tsx";
import { IconButton } from "../shared/Button.tsx";
import { stepsLeft } from "../start/steps.ts";
import { list } from "../inbox/current.ts";
import { route } from "./here.ts";
import { ARTICLES, pathToList, pathToSettings, type ListName } from "./routes.ts";
import { leave } from "./session.ts";
import { StatusSwitch } from "../team/StatusSwitch.tsx";

const LISTS: readonly { readonly name: ListName; readonly glyph: GlyphName }[] = [
  { name: "mine", glyph: "mine" },
  { name: "unassigned", glyph: "unassigned" },
  { name: "queue", glyph: "queue" },
  { name: "bots", glyph: "bot" },
  { name: "all", glyph: "inbox" },
  { name: "closed", glyph: "closed" },
];

interface Props {
  readonly desk: Desk;
  readonly overlay: Signal<Overlay | null>;
  readonly onClose: () => void;
}

export function Nav({ desk, overlay, onClose }: Props) {
  const { me, directory } = desk;
  const is_inbox = route.value.page === "inbox" || route.value.page === "conversation";
  const has_several = me.organizations.length > 1;
  const left = stepsLeft(desk);
  // What waits is on no list of whoever does not see it; what is offered stands on every page.
  const sees_all = desk.may("queue.read");
  const lists = LISTS.filter(({ name }) => (name === "bots" ? sees_all && desk.bots.value.size > 0 : sees_all || (name !== "queue" && name !== "unassigned")));
  const entry = (name: ListName, glyph: GlyphName) => (
    <Entry
      key={name}
      href={pathToList(name)}
      glyph={glyph}
      label={labelOf(name, desk.nameOf)}
      count={countOf(desk.counts.value, name, me.agent_id, desk.bots.value)}
      is_here={is_inbox && (list.value === name || (name === "queue" && isQueue(list.value)))}
    />
  );
  return (
    <>
      <div class="veil" onClick={onClose} />
      <nav class="nav" aria-label="Lists and settings">
        <div class="house">
          {has_several ? (
            <button type="button" class="org" title="Switch the organization" onClick={() => (overlay.value = { kind: "organizations" })}>
              <span class="mark" aria-hidden="true">{[...me.organization_name][0]}</span>
              <span class="name"><bdi>{me.organization_name}</bdi></span>
              <Glyph name="switch" size={14} />
            </button>
          ) : (
            <div class="org">
              <span class="mark" aria-hidden="true">{[...me.organization_name][0]}</span>
              <span class="name"><bdi>{me.organization_name}</bdi></span>
            </div>
          )}
          <IconButton glyph="close" label="Close the menu" onClick={onClose} class="narrow" />
        </div>
        <button type="button" class="find" onClick={() => (overlay.value = { kind: "palette" })}>
          <Glyph name="search" />
          <span>Search</span>
          <kbd>Ctrl K</kbd>
        </button>
        <div class="scroll">
          <ul aria-label="Conversations">{lists.map(({ name, glyph }) => entry(name, glyph))}</ul>
          {directory.teams.value.length > 0 && (
            <>
              <h2>Teams</h2>
              <ul aria-label="Teams">{directory.teams.value.map((team) => entry(`team:${team.id}`, "team"))}</ul>
            </>
          )}
        </div>
        <ul class="low">
          <li><StatusSwitch desk={desk} onClick={() => (overlay.value = { kind: "status" })} /></li>
          {desk.may("member.read") && <Entry href="/console/team" glyph="people" label="Team" count={null} is_here={route.value.page === "team"} />}
          {desk.may("knowledge.read") && <Entry href={ARTICLES} glyph="book" label="Articles" count={null} is_here={route.value.page === "articles"} />}
          {left > 0 && (
            <Entry href="/console/start" glyph="start" label="First steps" count={left} is_here={route.value.page === "start"} />
          )}
          <Entry href={pathToSettings("profile")} glyph="settings" label="Settings" count={null} is_here={route.value.page === "settings"} />
        </ul>
        <div class="me">
          <a href={pathToSettings("profile")} title="Your profile">
            <Face id={me.agent_id} name={me.name} url={me.avatar_url} size={24} />
            <span class="name"><bdi>{me.name}</bdi></span>
          </a>
          <IconButton glyph="keyboard" label="Keyboard shortcuts" hint="?" onClick={() => (overlay.value = { kind: "sheet" })} class="wide" />
          <IconButton glyph="out" label="Log out" onClick={() => void leave()} />
        </div>
      </nav>
    </>
  );
}

interface EntryProps {
  readonly href: string;
  readonly glyph: GlyphName;
  readonly label: string;
  readonly count: number | null;
  readonly is_here: boolean;
}

function Entry({ href, glyph, label, count, is_here }: EntryProps) {
  return (
    <li>
      <a href={href} aria-current={is_here ? "page" : undefined} title={label}>
        <Glyph name={glyph} />
        <span class="label"><bdi>{label}</bdi></span>
        {count !== null && count > 0 && <span class="count">{count > 999 ? "999+" : count}</span>}
      </a>
    </li>
  );
}
