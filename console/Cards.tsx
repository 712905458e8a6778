/** The conversations of one list: who, what last, since when, who has it. */

import type { Inbox } from "../client/src/inbox.ts";
import type { Card, Uuid } from "../client/src/protocol.ts";
import { shortAge } from "../client/src/times.ts";
import type { Seen } from "./seen.ts";
import { useNow } from "./useNow.ts";

interface Props {
  readonly label: string;
  readonly inbox: Inbox;
  readonly cards: readonly Card[];
  readonly seen: Seen;
  readonly cursor: Uuid | null;
  readonly opened: Uuid | null;
  readonly onOpen: (conversation_id: Uuid) => void;
}

export function Cards({ label, inbox, cards, seen, cursor, opened, onOpen }: Props) {
  const now = useNow();
  const is_empty = cards.length === 0;
  return (
    <section class="cards" aria-label={`Conversations: ${label}`}>
      <h2>{label}</h2>
      {is_empty && (
        <p class="blank" role="status">
          {inbox.position === null ? "Loading the inbox…" : "Nothing here. New conversations appear by themselves."}
        </p>
      )}
      <ul>
        {cards.map((card) => (
          <li key={card.conversation_id}>
            <button
              type="button"
              data-conversation={card.conversation_id}
              data-unread={seen.isUnread(card)}
              data-cursor={cursor === card.conversation_id}
              aria-current={opened === card.conversation_id}
              onClick={() => onOpen(card.conversation_id)}
            >
              <span class="top">
                <span class="name"><bdi>{card.contact_name || "Visitor"}</bdi></span>
                <time dateTime={new Date(movedAt(card)).toISOString()}>{shortAge(movedAt(card), now)}</time>
              </span>
              <span class="preview"><bdi>{card.last_preview || "No words yet"}</bdi></span>
              <span class="foot">
                <Status card={card} />
                <span>{card.channel_name}</span>
                {seen.isUnread(card) && <span class="unseen">unread</span>}
              </span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

export function Status({ card }: { card: Pick<Card, "status" | "assigned_agent_name"> }) {
  const told = {
    open: "Open",
    waiting: "Waiting",
    assigned: card.assigned_agent_name || "Assigned",
    resolved: "Resolved",
    closed: "Closed",
  }[card.status];
  return (
    <span class="status" data-status={card.status} dir="auto">
      {told}
    </span>
  );
}

const movedAt = (card: Card): number => card.last_message_at ?? card.started_at;
