/** Whether a bot is there and fares well, how much it carries, where it goes first, and why it failed last. */

import type { ComponentChildren } from "preact";
import { spoken } from "../../../client/src/clock.ts";
import type { ShownAvailability } from "../../../client/src/protocol.ts";
import { listChannels } from "../../api/channels.ts";
import type { ConfiguredBot } from "../../api/people.ts";
import { pathToSettings } from "../../app/routes.ts";
import { longAge, momentOf } from "../../shared/ages.ts";
import { Dot } from "../../shared/Face.tsx";
import { useResource } from "../../shared/resource.ts";
import { useNow } from "../../shared/useNow.ts";
import { reasonLabel } from "./types.ts";

export function Standing({ bot, may_see_channels }: { bot: ConfiguredBot; may_see_channels: boolean }) {
  const now = useNow();
  const channels = useResource(async () => (may_see_channels ? await listChannels() : []), [bot.id]).value ?? [];
  const first_in = channels.filter((channel) => channel.default_bot_id === bot.id);
  const { is_connected, connections, seen_at, load, capacity, recent_answers, recent_failures, last_failure: failure } = bot;
  const [status, told] = standingOf(bot, now);
  return (
    <section class="standing" aria-label="How it fares">
      <p class="now"><Dot status={status} /> {told}</p>
      <dl>
        <Fact name={is_connected ? "Connected" : "Last connected"}>
          {seen_at === null ? "Never" : <time dateTime={new Date(seen_at).toISOString()} title={momentOf(seen_at)}>{longAge(seen_at, now)}</time>}
        </Fact>
        {connections.map(({ node, since }) => (
          <Fact name="On the node" key={`${node} ${since}`}><bdi>{node}</bdi>, since <time dateTime={new Date(since).toISOString()} title={momentOf(since)}>{longAge(since, now)}</time></Fact>
        ))}
        {is_connected && <Fact name="Holds">{shown(load)} of {shown(capacity)}</Fact>}
        <Fact name="Goes first in">
          {first_in.length === 0 ? "No channel" : first_in.map((channel, at) => <>{at > 0 && ", "}<a href={pathToSettings("channels", channel.id)}><bdi>{channel.name}</bdi></a></>)}
        </Fact>
        {recent_failures > 0 && <Fact name="Failed lately">{recent_failures} of {recent_answers} answers</Fact>}
        {failure !== null && (
          <Fact name="Failed last">
            <time dateTime={new Date(failure.at).toISOString()} title={momentOf(failure.at)}>{longAge(failure.at, now)}</time>: <bdi>{failure.reason || reasonLabel(failure.reason_code)}</bdi>
          </Fact>
        )}
      </dl>
    </section>
  );
}

function Fact({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

const clock = new Intl.DateTimeFormat(spoken(), { hour: "2-digit", minute: "2-digit", second: "2-digit" });
/** Quarters are as fine as anybody weighs a channel. */
const shown = (load: number): string => (Math.round(load * 100) / 100).toLocaleString("en");

function standingOf({ is_connected, health, retry_at }: ConfiguredBot, now: number): readonly [ShownAvailability, string] {
  if (!is_connected) return ["offline", "Not connected: others answer in its place."];
  const why = health.reason === "slow" ? "it was too slow" : health.reason === "not_connected" ? "it was gone" : "it failed";
  if (health.status === "trying") return ["away", `Being tried with one conversation, as ${why}.`];
  if (health.status !== "unhealthy") return ["online", "Connected and well."];
  if (retry_at !== null && retry_at <= now) return ["busy", `Rested, as ${why}; the next conversation tries it.`];
  return ["busy", `Rests${retry_at === null ? "" : ` until ${clock.format(retry_at)}`}, as ${why}.`];
}
