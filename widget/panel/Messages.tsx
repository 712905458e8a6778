/** The conversation: greeting first, then what was said, then what waits to be sent. */

import type { Decision, RefusalCode } from "../../client/src/protocol.ts";
import type { DraftRow, MessageRow, Row } from "../../client/src/rows.ts";
import { clockTime, dayName } from "../../client/src/clock.ts";
import { Dots } from "../../client/ui/Dots.tsx";
import { Icon } from "../../client/ui/Icon.tsx";
import { Ticks } from "../../client/ui/Ticks.tsx";
import { withName } from "../../client/ui/words.ts";
import { Faces } from "./Faces.tsx";
import type { Props } from "./Panel.tsx";
import { faceOf } from "./who.ts";
import { words } from "./words.ts";

export function Messages({ view, acts }: Props) {
  const { rows, settings } = view;
  const { Partial } = view.parts;
  const is_home = rows.length === 0 && !view.is_loading;
  return (
    <div class="messages" tabIndex={0} role="region" aria-label={words.conversation}>
      <div class="inner">
        {view.has_older ? (
          <button type="button" class="quiet" onClick={acts.older}>
            {words.earlier}
          </button>
        ) : (
          settings.greeting !== "" && !view.is_loading && (
            <div class="group">
              <p class="bubble" dir="auto">{settings.greeting}</p>
            </div>
          )
        )}
        {view.is_loading && <p class="event">{words.loading}</p>}
        <div role="log" aria-live="polite" aria-busy={view.is_loading} aria-label={words.messages}>
          {rows.map((row) => (
            <div key={row.key} data-line={row.key}>
              {row.starts_day && <p class="day">{dayName(row.at, Date.now())}</p>}
              {row.is_first_unread && <p class="unread">{words.new_mark}</p>}
              <Line row={row} view={view} acts={acts} />
            </div>
          ))}
        </div>
        {Partial && <Partial view={view} />}
        <Dots typists={view.typists} unnamed={settings.organization_name} />
        {is_home && settings.starters.length > 0 && (
          <ul class="starters">
            {settings.starters.map((starter) => (
              <li key={starter}>
                <button type="button" dir="auto" onClick={() => acts.write(starter)}>{starter}</button>
              </li>
            ))}
          </ul>
        )}
      </div>
    </div>
  );
}

function Line({ row, view, acts }: Props & { readonly row: Row }) {
  if (row.kind === "draft") return <Waiting row={row} view={view} acts={acts} />;
  if (row.kind === "message") return <Message row={row} view={view} acts={acts} />;
  const told = toldOf(row.line.decision);
  return told !== "" && <p class="event">{told}</p>;
}

function Message({ row, view, acts }: Props & { readonly row: MessageRow }) {
  const { line } = row;
  const { tick, parts: { Beside, Words } } = view;
  const is_edited = line.is_edited && !line.is_deleted;
  const name = line.sender.name || view.settings.organization_name;
  return (
    <div class={row.is_own ? "group own" : row.ends_group ? "group last" : "group"}>
      {row.starts_group && !row.is_own && (
        <p class="name">
          <bdi>{name}</bdi>
          {line.sender.kind === "bot" && <span class="bot">{words.bot}</span>}
        </p>
      )}
      <div class={line.is_deleted ? "bubble gone" : "bubble"} dir="auto">
        {row.is_own && <span class="unseen">{words.you}: </span>}
        {line.is_deleted ? words.deleted : Words ? <Words text={line.body} has_marks={!row.is_own} /> : line.body}
      </div>
      {Beside && <Beside row={row} view={view} acts={acts} />}
      {row.ends_group && !row.is_own && <Faces faces={[faceOf({ ...line.sender, name })]} />}
      {(row.ends_group || tick?.key === row.key || is_edited) && (
        <p class="meta">
          <time dateTime={new Date(line.at).toISOString()}>{clockTime(line.at)}</time>
          {is_edited && <span>{words.edited}</span>}
          {tick?.key === row.key && <Ticks tick={tick.tick} />}
        </p>
      )}
    </div>
  );
}

function Waiting({ row, acts }: Props & { readonly row: DraftRow }) {
  const { draft } = row;
  return (
    <div class="group own" data-draft={draft.failure === null ? "waiting" : "failed"}>
      <p class="bubble grey" dir="auto">
        <span class="unseen">{words.you}: </span>
        {row.body}
      </p>
      {draft.failure === null ? (
        <p class="meta">
          <Icon name="clock" label={words.waiting} />
        </p>
      ) : (
        <p class="meta failed" role="alert">
          <Icon name="alert" />
          {reasonOf(draft.failure.code)}
          <button type="button" onClick={() => acts.retry(draft.id)}>{words.again}</button>
          <button type="button" onClick={() => acts.discard(draft.id)}>{words.discard}</button>
        </p>
      )}
    </div>
  );
}

/** One quiet line about what became of the conversation; nothing for what does not concern the visitor. */
function toldOf(decision: Decision): string {
  switch (decision.type) {
    case "conversation_taken":
      return withName(words.joined, decision.agent_name);
    case "conversation_assigned":
      if (decision.agent_name) return withName(words.joined, decision.agent_name);
      return decision.team_name ? withName(words.passed, decision.team_name) : "";
    case "agent_joined":
      return withName(words.beside, decision.agent_name);
    case "agent_left":
      return withName(words.left, decision.agent_name);
    case "conversation_released":
      return words.released;
    case "conversation_closed":
      return words.closed;
    case "conversation_reopened":
      return words.reopened;
    default:
      return "";
  }
}

/** Why words were not taken, for the person who wrote them. */
const reasonOf = (code: RefusalCode): string =>
  code === "not_found" || code === "forbidden" ? words.failed_gone : words.failed;
