/** The other conversations with the same person, the newest first. */

import { shortAge } from "../../client/src/times.ts";
import type { Uuid } from "../../client/src/protocol.ts";
import { listPast } from "../api/chat.ts";
import { pathToConversation } from "../app/routes.ts";
import { list } from "../inbox/current.ts";
import { movedAt } from "../inbox/lists.ts";
import { useResource } from "../shared/resource.ts";
import { useNow } from "../shared/useNow.ts";
import { Status } from "../thread/Head.tsx";

export function Past({ contact_id, conversation_id }: { contact_id: Uuid; conversation_id: Uuid }) {
  const past = useResource(() => listPast(contact_id), [contact_id]);
  const now = useNow();
  const others = (past.value?.items ?? []).filter((card) => card.conversation_id !== conversation_id);
  if (others.length === 0) return null;
  return (
    <div class="block">
      <h2>Past conversations</h2>
      <ul class="past-list">
        {others.map((card) => (
          <li key={card.conversation_id}>
            <a href={pathToConversation(card.conversation_id)} data-list={list.value}>
              <span class="preview"><bdi>{card.last_preview || card.subject || "No words yet"}</bdi></span>
              <span class="facts">
                <Status card={card} />
                <time dateTime={new Date(movedAt(card)).toISOString()}>{shortAge(movedAt(card), now)}</time>
              </span>
            </a>
          </li>
        ))}
      </ul>
    </div>
  );
}
