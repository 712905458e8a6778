/** One row of a thread: words, a decision, or what waits to be sent. */

import { useState } from "preact/hooks";
import type { Draft } from "../../client/src/drafts.ts";
import type { Tick } from "../../client/src/lines.ts";
import type { Sender } from "../../client/src/protocol.ts";
import type { DraftRow, MessageRow, Row } from "../../client/src/rows.ts";
import { clockTime } from "../../client/src/times.ts";
import { Ticks } from "../../client/ui/Ticks.tsx";
import type { Desk } from "../inbox/desk.ts";
import { Face } from "../shared/Face.tsx";
import { Glyph } from "../shared/Glyph.tsx";
import { happened } from "./decisions.ts";
import { toldOffers, type OffersRow } from "./offered.ts";
import { useLongPress } from "./longPress.ts";
import { OwnMenu } from "./OwnMenu.tsx";
import { Shown } from "./Shown.tsx";
import { Sources } from "./Sources.tsx";
import { Words } from "../../client/ui/Words.tsx";

interface Props {
  readonly row: Row | OffersRow;
  readonly desk: Desk;
  readonly tick: Tick | null;
  /** What was changed here and is not in the log yet. */
  readonly change: Draft | undefined;
  /** One's own words: whether they may be changed, and are the last ones. */
  readonly own: "no" | "yes" | "last";
}

export function RowView({ row, desk, tick, change, own }: Props) {
  switch (row.kind) {
    case "message":
      return <Message row={row} desk={desk} tick={tick} change={change} own={own} />;
    case "draft":
      return <Waiting row={row} desk={desk} />;
    case "offers":
      return (
        <p class="event">
          {toldOffers(row.tries, desk.me.agent_id)} · <time dateTime={new Date(row.at).toISOString()}>{clockTime(row.at)}</time>
        </p>
      );
    case "event": {
      const { decision } = row.line;
      return (
        <p class="event">
          {happened({ ...decision, sender: asNow(decision.sender, desk) }, desk.me.agent_id)} · <time dateTime={new Date(row.at).toISOString()}>{clockTime(row.at)}</time>
        </p>
      );
    }
  }
}

/** The person on the other side is called as this person is called now, also in what was said before. */
function asNow(sender: Sender, desk: Desk): Sender {
  const { contact_id = null, contact_name = "" } = desk.card.value ?? {};
  return sender.id != null && sender.id === contact_id && contact_name !== "" ? { ...sender, name: contact_name } : sender;
}

function Message({ row, desk, tick, change, own }: Props & { readonly row: MessageRow }) {
  const { line } = row;
  const sender = asNow(line.sender, desk);
  const is_me = sender.id === desk.me.agent_id;
  const is_edited = line.is_edited && !line.is_deleted;
  const is_waiting = change !== undefined && change.failure === null;
  const [is_open, setOpen] = useState(false);
  const long_press = useLongPress(() => setOpen(true));
  const name = is_me ? "You" : sender.name || "Visitor";
  return (
    <div class={row.is_own ? "group own" : "group"} data-note={line.is_internal}>
      {row.starts_group && (!is_me || line.is_internal) && (
        <p class="name">
          <bdi>{name}</bdi>
          {line.sender.kind === "bot" && <span class="bot">Bot</span>}
          {line.is_internal && <span class="bot">Note for the team</span>}
        </p>
      )}
      <div class="line">
        {!is_me && row.ends_group && <Face id={line.sender.id ?? null} name={name} of={faceOf(sender)} size={24} />}
        {own !== "no" && <OwnMenu line={line} is_last={own === "last"} is_open={is_open} onOpen={setOpen} />}
        <div class={line.is_deleted ? "bubble gone" : "bubble"} dir="auto" data-own={own !== "no"} {...(own !== "no" && long_press)}>
          {line.is_deleted ? "This message was deleted" : <Words text={line.body} has_marks={line.sender.kind !== "contact"} />}
        </div>
      </div>
      {line.content != null && <Shown content={line.content} />}
      {!line.is_deleted && <Sources citations={line.citations ?? []} answer={line.answer ?? null} />}
      {(row.ends_group || tick !== null || is_edited || is_waiting) && (
        <p class="meta">
          <time dateTime={new Date(line.at).toISOString()}>{clockTime(line.at)}</time>
          {is_edited && <span>edited</span>}
          {is_waiting ? <Glyph name="clock" label="Waiting to be sent" /> : tick !== null && <Ticks tick={tick} />}
        </p>
      )}
      {change?.failure != null && (
        <p class="meta failed" role="alert">
          <Glyph name="alert" />
          {`Not ${change.frame.type === "delete_message" ? "deleted" : "changed"}: ${reasonOf(change.failure)}`}
          <button type="button" onClick={() => desk.retry(change.id)}>Try again</button>
          <button type="button" onClick={() => desk.discard(change.id)}>Leave it</button>
        </p>
      )}
    </div>
  );
}

const reasonOf = ({ code, message }: NonNullable<Draft["failure"]>): string =>
  code === "conversation_closed" ? "the conversation is closed; reopen it first." : `${message}.`;

function faceOf({ kind, name = "" }: Sender): "person" | "visitor" | "bot" {
  if (kind === "bot") return "bot";
  return kind === "contact" && name === "" ? "visitor" : "person";
}

function Waiting({ row, desk }: { row: DraftRow; desk: Desk }) {
  const { failure, id } = row.draft;
  return (
    <div class="group own" data-note={row.is_internal} data-draft={failure === null ? "waiting" : "failed"}>
      <div class="line">
        <div class="bubble grey" dir="auto">
          <Words text={row.body} has_marks />
        </div>
      </div>
      {failure === null ? (
        <p class="meta">
          <Glyph name="clock" label="Waiting to be sent" />
        </p>
      ) : (
        <p class="meta failed" role="alert">
          <Glyph name="alert" />
          {`Not sent: ${reasonOf(failure)}`}
          <button type="button" onClick={() => desk.retry(id)}>Try again</button>
          <button type="button" onClick={() => desk.discard(id)}>Delete</button>
        </p>
      )}
    </div>
  );
}
