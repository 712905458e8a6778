/** Beside the thread: the person, where they are now, tags and urgency, and what was talked of before. */

import { useEffect } from "preact/hooks";
import type { Card, Uuid } from "../../client/src/protocol.ts";
import { tag } from "../act/decide.ts";
import type { Reach } from "../act/reach.ts";
import { showConversation } from "../api/chat.ts";
import type { Desk } from "../inbox/desk.ts";
import { isClosed } from "../inbox/lists.ts";
import { IconButton } from "../shared/Button.tsx";
import { Face } from "../shared/Face.tsx";
import { Glyph } from "../shared/Glyph.tsx";
import { priorityName, PriorityMark } from "../shared/PriorityMark.tsx";
import { useResource } from "../shared/resource.ts";
import { toldOf } from "../shared/words.ts";
import { Came } from "./Came.tsx";
import { foldSide } from "./fold.ts";
import { Interactions } from "./Interactions.tsx";
import { Joined } from "./Joined.tsx";
import { Noted } from "./Noted.tsx";
import { Past } from "./Past.tsx";
import { Person } from "./Person.tsx";
import { Together } from "./Together.tsx";
import { Understood } from "./Understood.tsx";
import { Visit } from "./Visit.tsx";

export function Side({ reach, conversation_id }: { reach: Reach; conversation_id: Uuid }) {
  const { desk, overlay } = reach;
  const details = useResource(() => showConversation(conversation_id), [conversation_id]);
  const card = desk.card.value;
  // What a decision changes may have changed the person too: a merge, a name, a fact.
  useEffect(() => {
    if (details.value !== null) details.again();
  }, [card?.contact_id, card?.contact_name, card?.version]);
  const tags = card?.tags ?? [];
  const may_tag = desk.may("conversation.tag");
  const may_prioritize = desk.may("conversation.prioritize");
  return (
    <section class="side" aria-label="About this person">
      <IconButton glyph="close" label="Fold the panel" hint="." onClick={() => foldSide(false)} class="fold" />
      <Person
        desk={desk}
        card={card}
        contact={details.value?.contact ?? null}
        customer={details.value?.customer ?? null}
        onContact={(contact) => details.change((known) => ({ ...known, contact }))}
      />
      <div class="block">
        <h2>Conversation</h2>
        <dl>
          {card !== undefined && !isClosed(card) && (
            <div>
              <dt>Held by</dt>
              <dd>
                <Holder card={card} is_bots={desk.bots.value.has(card.assigned_agent_id ?? "")} onAssign={desk.may("conversation.assign") ? () => (overlay.value = { kind: "assign", conversation_id }) : null} />
              </dd>
            </div>
          )}
          {card !== undefined && !isClosed(card) && <Joined desk={desk} card={card} />}
          <div>
            <dt>Tags</dt>
            <dd class="tags">
              {tags.map((each) => (
                <span class="tag" key={each}>
                  <bdi>{each}</bdi>
                  {may_tag && (
                    <button type="button" aria-label={`Take off the tag ${each}`} onClick={() => void tag(desk, conversation_id, [], [each])}>
                      <Glyph name="close" size={14} />
                    </button>
                  )}
                </span>
              ))}
              {may_tag && (
                <button type="button" class="add" title="Tag (t)" onClick={() => (overlay.value = { kind: "tag", conversation_id })}>
                  <Glyph name="plus" size={14} /> {tags.length === 0 ? "Add a tag" : <span class="unseen">Add a tag</span>}
                </button>
              )}
              {tags.length === 0 && !may_tag && <span class="none">None</span>}
            </dd>
          </div>
          {card !== undefined && <About desk={desk} card={card} onChoose={() => (overlay.value = { kind: "classify", conversation_id })} />}
          {card !== undefined && <Understood card={card} />}
          {details.value !== null && <Noted desk={desk} conversation_id={conversation_id} known={details.value} />}
          {card !== undefined && (
            <div>
              <dt>Priority</dt>
              <dd>
                {may_prioritize ? (
                  <button type="button" class="choose" title="Priority (p)" onClick={() => (overlay.value = { kind: "priority", conversation_id })}>
                    <PriorityMark priority={card.priority} is_always /> {priorityName(card.priority)}
                  </button>
                ) : (
                  <span class="choose"><PriorityMark priority={card.priority} is_always /> {priorityName(card.priority)}</span>
                )}
              </dd>
            </div>
          )}
        </dl>
      </div>
      <Interactions desk={desk} conversation_id={conversation_id} />
      <Together desk={desk} />
      {desk.may("routing.read") && <Came desk={desk} conversation_id={conversation_id} />}
      {details.error !== null && (
        <p class="trouble" role="alert">
          {toldOf(details.error)} <button type="button" class="link" onClick={details.again}>Try again</button>
        </p>
      )}
      {details.value !== null && <Visit conversation={details.value} />}
      {card?.contact_id != null && <Past contact_id={card.contact_id} conversation_id={conversation_id} key={card.contact_id} />}
    </section>
  );
}

function Holder({ card, is_bots, onAssign }: { card: Card; is_bots: boolean; onAssign: (() => void) | null }) {
  const id = card.assigned_agent_id ?? null;
  const name = card.assigned_agent_name || card.assigned_team_name || "Nobody yet";
  const shown = (
    <>
      {id !== null && <Face id={id} name={name} size={20} of={is_bots ? "bot" : "person"} />}
      <bdi>{name}</bdi>
    </>
  );
  if (onAssign === null) return <span class="choose">{shown}</span>;
  return <button type="button" class="choose" title="Assign (a)" onClick={onAssign}>{shown}</button>;
}

function About({ desk, card, onChoose }: { desk: Desk; card: Card; onChoose: () => void }) {
  useEffect(desk.directory.wantTypes, []);
  const id = card.interaction_type_id ?? null;
  const types = desk.directory.types.value;
  const may = desk.may("conversation.classify");
  // Where nobody can say anything, nothing is asked.
  if (id === null && (!may || types.length === 0)) return null;
  const name = id === null ? "Not said yet" : (types.find((each) => each.id === id)?.name ?? "A type that was removed");
  return (
    <div>
      <dt>About</dt>
      <dd>
        {may ? <button type="button" class="choose" title="What it is about (c)" onClick={onChoose}><bdi>{name}</bdi></button> : <span class="choose"><bdi>{name}</bdi></span>}
      </dd>
    </div>
  );
}
