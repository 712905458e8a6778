/** What each contact in this conversation was: how long the visitor waited, who answered, and for how long. */

import { useEffect } from "preact/hooks";
import type { Uuid } from "../../client/src/protocol.ts";
import { listInteractions, type Interaction } from "../api/interactions.ts";
import type { Desk } from "../inbox/desk.ts";
import { dateOf, momentOf } from "../shared/ages.ts";
import { useResource } from "../shared/resource.ts";
import { figuresOf, outcomeOf } from "./figures.ts";
import "./contacts.css";

/** The figures follow a decision within a moment; after so long they are asked for again. */
const FOLLOWS = 1_500;

export function Interactions({ desk, conversation_id }: { desk: Desk; conversation_id: Uuid }) {
  const found = useResource(() => listInteractions(conversation_id), [conversation_id]);
  const version = desk.card.value?.version;
  useEffect(() => {
    if (found.value === null) return;
    const timer = setTimeout(found.again, FOLLOWS);
    return () => clearTimeout(timer);
  }, [version]);
  const all = found.value?.items ?? [];
  if (all.length === 0) return null;
  return (
    <div class="block contacts">
      <h2>{all.length === 1 ? "This contact" : `${all.length} contacts`}</h2>
      <ol>
        {all.map((each) => <Line key={each.id} contact={each} />)}
      </ol>
    </div>
  );
}

function Line({ contact }: { contact: Interaction }) {
  return (
    <li>
      <p>
        <span class="mode" data-mode={contact.mode}>{outcomeOf(contact)}</span>
        <time dateTime={new Date(contact.started_at).toISOString()} title={momentOf(contact.started_at)}>{dateOf(contact.started_at)}</time>
      </p>
      <p class="figures">
        {figuresOf(contact).map(([told, value]) => (
          <span key={told}>{told} <b>{value}</b></span>
        ))}
      </p>
    </li>
  );
}
