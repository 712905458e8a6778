/** The conversation: greeting first, then what was said, then what waits to be sent. */

import type { Outbox } from "../../client/src/outbox.ts";
import type { DraftRow, EventRow, MessageRow, Row } from "../../client/src/rows.ts";
import { clockTime, dayName } from "../../client/src/times.ts";
import { Dots } from "../../client/ui/Dots.tsx";
import { Icon } from "../../client/ui/Icon.tsx";
import { Ticks } from "../../client/ui/Ticks.tsx";
import { reasonOf } from "./reasons.ts";
import type { View } from "./view.ts";
import type { Visit } from "./visit.ts";

interface Props {
  readonly view: View;
  readonly visit: Visit;
}

export function Messages({ view, visit }: Props) {
  const { rows } = view;
  const { organization_name, greeting } = visit.session;
  const older = (): void => {
    const id = visit.conversation();
    if (id !== null) visit.talk.older(id);
  };
  return (
    <div class="messages" tabIndex={0} aria-label="Conversation">
      <div class="inner">
        {view.has_older && (
          <button type="button" class="older" onClick={older}>
            Show earlier messages
          </button>
        )}
        {!view.has_older && greeting !== "" && (
          <div class="group">
            <p class="name">{organization_name}</p>
            <p class="bubble" dir="auto">{greeting}</p>
          </div>
        )}
        {view.is_loading && <p class="event">Loading your conversation…</p>}
        <div role="log" aria-live="polite" aria-label="Messages">
          {rows.map((row) => (
            <div key={row.key} data-line={row.key}>
              {row.starts_day && <p class="day">{dayName(row.at, Date.now())}</p>}
              {row.is_first_unread && <p class="unread">New</p>}
              {draw(row, { view, visit })}
            </div>
          ))}
        </div>
        <Dots typists={view.typists} unnamed={organization_name} />
      </div>
    </div>
  );
}

function draw(row: Row, { view, visit }: Props) {
  switch (row.kind) {
    case "message":
      return <Message row={row} view={view} visit={visit} />;
    case "draft":
      return <Waiting row={row} outbox={visit.outbox} />;
    case "event":
      return <Event row={row} />;
  }
}

function Message({ row, view, visit }: Props & { readonly row: MessageRow }) {
  const { line } = row;
  const { tick } = view;
  return (
    <div class={row.is_own ? "group own" : "group"}>
      {row.starts_group && !row.is_own && (
        <p class="name">
          {line.sender.name || visit.session.organization_name}
          {line.sender.kind === "bot" && <span class="bot">Bot</span>}
        </p>
      )}
      <p class={line.is_deleted ? "bubble gone" : "bubble"} dir="auto">
        <span class="unseen">{row.is_own ? "You: " : ""}</span>
        {line.is_deleted ? "This message was deleted" : line.body}
      </p>
      {(row.ends_group || tick?.key === row.key) && (
        <p class="meta">
          <time dateTime={new Date(line.at).toISOString()}>{clockTime(line.at)}</time>
          {line.is_edited && !line.is_deleted && <span>edited</span>}
          {tick?.key === row.key && <Ticks tick={tick.tick} />}
        </p>
      )}
    </div>
  );
}

function Waiting({ row, outbox }: { readonly row: DraftRow; readonly outbox: Outbox }) {
  const { draft } = row;
  return (
    <div class="group own" data-draft={draft.failure === null ? "waiting" : "failed"}>
      <p class="bubble grey" dir="auto">
        <span class="unseen">You: </span>
        {row.body}
      </p>
      {draft.failure === null ? (
        <p class="meta">
          <Icon name="clock" label="Waiting to be sent" />
        </p>
      ) : (
        <p class="meta failed" role="alert">
          <Icon name="alert" />
          {reasonOf(draft.failure.code)}
          <button type="button" onClick={() => outbox.retry(draft.id)}>Try again</button>
          <button type="button" onClick={() => outbox.discard(draft.id)}>Delete</button>
        </p>
      )}
    </div>
  );
}

function Event({ row }: { row: EventRow }) {
  const { decision } = row.line;
  switch (decision.type) {
    case "conversation_taken":
      return <p class="event">{decision.agent_name} joined the conversation</p>;
    case "conversation_closed":
      return <p class="event">The conversation was closed</p>;
    case "conversation_reopened":
      return <p class="event">The conversation was reopened</p>;
    case "conversation_assigned":
      return decision.agent_name ? <p class="event">{decision.agent_name} joined the conversation</p> : null;
    case "conversation_started":
    case "conversation_released":
    case "conversation_tagged":
    case "conversation_prioritized":
      return null;
  }
}
