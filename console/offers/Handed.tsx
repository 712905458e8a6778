/** What whoever is asked should know: who hands it over and why, what is known of the matter, and the last words. */

import type { Card, ConversationEntry, HandoffLine } from "../../client/src/protocol.ts";
import { lastEntries, listHandoffs } from "../api/routing.ts";
import { useResource } from "../shared/resource.ts";
import { whyHanded } from "../thread/handed.ts";

const LINES = 3;
const FACTS = 4;

export function Handed({ handoff }: { handoff: HandoffLine }) {
  const { from_agent_name = "", reason = "", reason_code } = handoff;
  return (
    <p class="handed">
      {whyHanded(reason_code, from_agent_name)}{reason !== "" && <>: <q><bdi>{reason}</bdi></q></>}
    </p>
  );
}

/** What the one who held it found out, as far as it is words and numbers. */
export function Facts({ card }: { card: Card }) {
  const handoffs = useResource(() => listHandoffs(card.conversation_id), [card.handoff?.id]);
  const state = handoffs.value?.find(({ id }) => id === card.handoff?.id)?.state ?? {};
  const facts = Object.entries(state).filter(([, value]) => ["string", "number", "boolean"].includes(typeof value)).slice(0, FACTS);
  if (facts.length === 0) return null;
  return (
    <dl class="facts">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt><bdi>{name.replaceAll("_", " ")}</bdi></dt>
          <dd><bdi>{typeof value === "boolean" ? (value ? "yes" : "no") : String(value)}</bdi></dd>
        </div>
      ))}
    </dl>
  );
}

/** The last words of both sides; until they are here, the card's own. */
export function LastLines({ card }: { card: Card }) {
  const entries = useResource(() => lastEntries(card.conversation_id), [card.conversation_id, card.last_seq]);
  const lines = (entries.value ?? []).filter(isSaid).slice(-LINES);
  if (lines.length < 2) return <p class="words"><bdi>{card.last_preview || card.subject || "No words yet"}</bdi></p>;
  return (
    <ol class="words last">
      {lines.map((line) => (
        <li key={line.id}>
          {line.sender.kind !== "contact" && <b><bdi>{line.sender.name || "The team"}</bdi>: </b>}
          <bdi>{line.body}</bdi>
        </li>
      ))}
    </ol>
  );
}

type Said = Extract<ConversationEntry, { readonly type: "message_posted" }>;

const isSaid = (entry: ConversationEntry): entry is Said => entry.type === "message_posted" && entry.is_internal !== true && entry.is_deleted !== true;
