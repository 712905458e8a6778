/** One row of a thread: words, a decision, or what waits to be sent. */

import type { Tick } from "../client/src/lines.ts";
import type { Decision } from "../client/src/protocol.ts";
import type { DraftRow, MessageRow, Row } from "../client/src/rows.ts";
import { clockTime } from "../client/src/times.ts";
import { Icon } from "../client/ui/Icon.tsx";
import { Ticks } from "../client/ui/Ticks.tsx";
import type { Desk } from "./desk.ts";

interface Props {
  readonly row: Row;
  readonly desk: Desk;
  readonly tick: Tick | null;
}

export function RowView({ row, desk, tick }: Props) {
  switch (row.kind) {
    case "message":
      return <Message row={row} tick={tick} me={desk.member.agent_id} />;
    case "draft":
      return <Waiting row={row} desk={desk} />;
    case "event":
      return (
        <p class="event">
          {toldOf(row.line.decision)} · <time dateTime={new Date(row.at).toISOString()}>{clockTime(row.at)}</time>
        </p>
      );
  }
}

function Message({ row, tick, me }: { row: MessageRow; tick: Tick | null; me: string }) {
  const { line } = row;
  const is_me = line.sender.id === me;
  return (
    <div class={row.is_own ? "group own" : "group"} data-note={line.is_internal}>
      {row.starts_group && (!is_me || line.is_internal) && (
        <p class="name" dir="auto">
          {is_me ? "You" : line.sender.name || "Visitor"}
          {line.sender.kind === "bot" && <span class="bot">Bot</span>}
          {line.is_internal && <span class="bot">Note for the team</span>}
        </p>
      )}
      <p class={line.is_deleted ? "bubble gone" : "bubble"} dir="auto">
        {line.is_deleted ? "This message was deleted" : line.body}
      </p>
      {(row.ends_group || tick !== null) && (
        <p class="meta">
          <time dateTime={new Date(line.at).toISOString()}>{clockTime(line.at)}</time>
          {line.is_edited && !line.is_deleted && <span>edited</span>}
          {tick !== null && <Ticks tick={tick} />}
        </p>
      )}
    </div>
  );
}

function Waiting({ row, desk }: { row: DraftRow; desk: Desk }) {
  const { failure, id } = row.draft;
  return (
    <div class="group own" data-note={row.is_internal} data-draft={failure === null ? "waiting" : "failed"}>
      <p class="bubble grey" dir="auto">{row.body}</p>
      {failure === null ? (
        <p class="meta">
          <Icon name="clock" label="Waiting to be sent" />
        </p>
      ) : (
        <p class="meta failed" role="alert">
          <Icon name="alert" />
          {failure.code === "conversation_closed" ? "The conversation is closed; reopen it first." : `Not sent: ${failure.message}.`}
          <button type="button" onClick={() => desk.retry(id)}>Try again</button>
          <button type="button" onClick={() => desk.discard(id)}>Delete</button>
        </p>
      )}
    </div>
  );
}

function toldOf(decision: Decision): string {
  switch (decision.type) {
    case "conversation_started":
      return `${decision.sender.name || "The visitor"} started the conversation`;
    case "conversation_taken":
      return `${decision.agent_name} took the conversation`;
    case "conversation_released":
      return `${decision.sender.name} gave the conversation back to the queue`;
    case "conversation_assigned":
      return `${decision.sender.name} gave the conversation to ${decision.agent_name || decision.team_name}`;
    case "conversation_tagged":
      return `${decision.sender.name} ${toldOfTags(decision.added ?? [], decision.removed ?? [])}`;
    case "conversation_prioritized":
      return `${decision.sender.name} set the priority to ${PRIORITIES[decision.priority - 1]}`;
    case "conversation_closed":
      return `${decision.sender.name || "The system"} closed the conversation`;
    case "conversation_reopened":
      return decision.sender.kind === "member" ? `${decision.sender.name} reopened the conversation` : "The conversation was reopened";
  }
}

const PRIORITIES = ["lowest", "low", "medium", "high", "urgent"];

function toldOfTags(added: readonly string[], removed: readonly string[]): string {
  const parts = [added.length > 0 && `added ${added.join(", ")}`, removed.length > 0 && `removed ${removed.join(", ")}`];
  return parts.filter(Boolean).join(" and ");
}
