/** One conversation in a list: who, what last, since when, who has it, and how urgent it is. */

import type { Card, Milliseconds } from "../../client/src/protocol.ts";
import { shortAge } from "../../client/src/times.ts";
import { pathToConversation, type ListName } from "../app/routes.ts";
import { Face } from "../shared/Face.tsx";
import { Glyph } from "../shared/Glyph.tsx";
import { PriorityMark } from "../shared/PriorityMark.tsx";
import { isClosed, movedAt } from "./lists.ts";
import { shortWait, waitingOf } from "./waiting.ts";

interface Props {
  readonly card: Card;
  readonly now: Milliseconds;
  readonly list: ListName;
  readonly is_unread: boolean;
  readonly is_cursor: boolean;
  readonly is_opened: boolean;
  readonly is_mine: boolean;
  /** A bot holds it. */
  readonly is_bots: boolean;
  readonly late_minutes: number;
}

export function CardView({ card, now, list, is_unread, is_cursor, is_opened, is_mine, is_bots, late_minutes }: Props) {
  const name = nameOf(card);
  const waiting = waitingOf(card, now, late_minutes);
  const tags = card.tags ?? [];
  return (
    <li>
      <a
        class="card"
        href={pathToConversation(card.conversation_id)}
        data-list={list}
        data-conversation={card.conversation_id}
        data-unread={is_unread}
        data-cursor={is_cursor}
        aria-current={is_opened ? "true" : undefined}
        draggable={false}
      >
        <Face id={card.contact_id} name={name} of={kindOf(card)} />
        <span class="top">
          <span class="name"><bdi>{name}</bdi></span>
          {is_unread && <span class="unseen">unread</span>}
          <PriorityMark priority={card.priority} />
          <time dateTime={new Date(movedAt(card)).toISOString()}>{shortAge(movedAt(card), now)}</time>
        </span>
        <span class="low">
          <span class="preview"><bdi>{card.last_preview || card.subject || "No words yet"}</bdi></span>
          {tags.slice(0, 1).map((tag) => <span class="tag" key={tag}><bdi>{tag}</bdi></span>)}
          {tags.length > 1 && <span class="tag" title={tags.join(", ")}>+{tags.length - 1}</span>}
          {card.approval_deadline_at != null && (
            <span class="wait" data-late title="A bot's words wait for approval">
              <Glyph name="bot" size={14} /> approve
            </span>
          )}
          {waiting !== null && (
            <span class="wait" data-late={waiting.is_late} title={waiting.is_late ? "Waits too long" : "Waits for somebody"}>
              <Glyph name="clock" size={14} />
              {shortWait(waiting.since, now)}
              {waiting.is_late ? " late" : <span class="unseen"> waiting</span>}
            </span>
          )}
          {waiting === null && !isClosed(card) && (
            <span class="holder" data-bot={is_bots} title={is_mine ? "Yours" : is_bots ? `${card.assigned_agent_name}, a bot` : card.assigned_agent_name}>
              {is_bots && list === "bots" && <bdi>{card.assigned_agent_name}</bdi>}
              {is_bots ? <Glyph name="bot" size={14} /> : <Face id={card.assigned_agent_id ?? null} name={card.assigned_agent_name ?? ""} size={20} />}
              <span class="unseen">{is_mine ? "yours" : is_bots ? `with the bot ${list === "bots" ? "" : card.assigned_agent_name}` : card.assigned_agent_name}</span>
            </span>
          )}
          <span class="unseen">{card.channel_name}</span>
        </span>
      </a>
    </li>
  );
}

/** Whoever has told no name is drawn as a visitor, not as a person. */
export const kindOf = (card: Pick<Card, "contact_name">): "person" | "visitor" => (card.contact_name === "" ? "visitor" : "person");

export const nameOf = (card: Pick<Card, "contact_name" | "contact_email">): string =>
  card.contact_name || card.contact_email || "Visitor";
