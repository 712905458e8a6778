/** Who is doing what, live: who is there and who is not, why and since when, and how much each carries. */

import { useState } from "preact/hooks";
import { shortAge } from "../../client/src/times.ts";
import type { AgentLine, BotHealth, HealthReason, Milliseconds, ShownAvailability } from "../../client/src/protocol.ts";
import { pathToList } from "../app/routes.ts";
import type { Desk } from "../inbox/desk.ts";
import { Blank } from "../shared/Blank.tsx";
import { IconButton } from "../shared/Button.tsx";
import { Dot, Face } from "../shared/Face.tsx";
import { Glyph } from "../shared/Glyph.tsx";
import { momentOf } from "../shared/ages.ts";
import { useNow } from "../shared/useNow.ts";
import { counted } from "../shared/words.ts";
import { statusWord } from "./choosing.ts";
import "./team.css";

const ORDER: readonly ShownAvailability[] = ["online", "busy", "away", "offline"];
/** Fewer are seen at a glance. */
const MANY = 12;

export function TeamPage({ desk, onNav }: { desk: Desk; onNav: () => void }) {
  const [words, setWords] = useState("");
  const now = useNow();
  const all = Object.values(desk.inbox.value.agents).sort((a, b) => ORDER.indexOf(a.status) - ORDER.indexOf(b.status) || a.name.localeCompare(b.name));
  const people = all.filter((agent) => agent.kind !== "bot");
  const here = people.filter((agent) => agent.is_connected).length;
  const sought = words.trim().toLowerCase();
  const found = all.filter((agent) => `${agent.name} ${agent.reason ?? ""}`.toLowerCase().includes(sought));
  return (
    <main class="page" id="main" tabIndex={-1}>
      <div class="frame" data-wide="true">
        <header>
          <IconButton glyph="menu" label="Lists and settings" onClick={onNav} class="narrow" />
          <div>
            <h1>Team</h1>
            <p>{all.length === 0 ? "Who is there, and who does what." : `${here === 0 ? "Nobody" : here} of ${counted(people.length, "person", "people")} ${here === 1 ? "is" : "are"} here.`}</p>
          </div>
          {all.length > MANY && (
            <div class="seek" role="search">
              <Glyph name="search" />
              <input type="search" aria-label="Find a colleague" placeholder="Find a colleague" maxLength={80} value={words} onInput={(event) => setWords(event.currentTarget.value)} />
            </div>
          )}
        </header>
        {desk.inbox.value.position === null && all.length === 0 ? (
          <div class="skeletons rows" role="status" aria-label="Loading"><i /><i /><i /></div>
        ) : found.length === 0 ? (
          <Blank glyph="people" title="Nobody of that name" told="Try fewer letters." />
        ) : (
          <ul class="team" aria-label="Team">
            {found.map((agent) => <AgentRow key={agent.id} agent={agent} now={now} is_me={agent.id === desk.me.agent_id} />)}
          </ul>
        )}
      </div>
    </main>
  );
}

const ROLES: Readonly<Record<string, string>> = { owner: "Owner", admin: "Admin", manager: "Manager", agent: "Agent", viewer: "Looks on" };

function AgentRow({ agent, now, is_me }: { agent: AgentLine; now: Milliseconds; is_me: boolean }) {
  const { id, name, status, kind, role = "", reason = "", since = null, health = null } = agent;
  const is_offline = status === "offline";
  return (
    <li>
      <a href={pathToList(`agent:${id}`)}>
        <Face id={id} name={name} url={agent.avatar_url ?? null} of={kind === "bot" ? "bot" : "person"} />
        <span class="who">
          <span class="name"><bdi>{name}</bdi>{is_me && <i> (you)</i>}</span>
          <small>{kind === "bot" ? "Bot" : (ROLES[role] ?? "")}</small>
        </span>
        <span class="shown" data-status={status}>
          <span>
            <Dot status={status} />
            <span>{statusWord(status)}</span>
            {since !== null && <span class="unseen">since</span>}
            {since !== null && <time dateTime={new Date(since).toISOString()} title={momentOf(since)}>{shortAge(since, now)}</time>}
          </span>
          {/* Why somebody is away says nothing any more once nobody is there. */}
          {!is_offline && reason !== "" && <small class="name" title={reason}><bdi>{reason}</bdi></small>}
          {!is_offline && health !== null && <Health health={health} />}
        </span>
        {role === "viewer" ? <span /> : <Load agent={agent} />}
        <span class="held">{agent.conversation_count === 0 ? <span class="none">none<span class="unseen"> on the desk</span></span> : counted(agent.conversation_count, "conversation", "conversations")}</span>
        <Glyph name="right" />
      </a>
    </li>
  );
}

const UNWELL: Readonly<Record<HealthReason, string>> = { not_connected: "was gone", slow: "was too slow", failing: "failed" };

/** What speaks against giving a bot anything just now. */
function Health({ health: { status = "healthy", reason = null } }: { health: BotHealth }) {
  if (status === "healthy" || reason === null) return null;
  return <small class="name">{status === "trying" ? "tries again" : `rests, as it ${UNWELL[reason]}`}</small>;
}

/** Quarters are as fine as anybody weighs a channel. */
const load = (value: number): string => (Math.round(value * 100) / 100).toLocaleString("en");

function Load({ agent: { active_load, max_load } }: { agent: AgentLine }) {
  const share = max_load > 0 ? Math.min(1, active_load / max_load) : active_load > 0 ? 1 : 0;
  return (
    <span class="load" data-full={max_load > 0 && active_load >= max_load} title={`Carries ${load(active_load)} of ${load(max_load)}`}>
      <span class="track"><i style={{ inlineSize: `${share * 100}%` }} /></span>
      <span><span class="unseen">carries </span>{load(active_load)} / {load(max_load)}</span>
    </span>
  );
}
