/**
 * Asks before a conversation is taken out of somebody's hands, who may be writing just now: what is half written there
 * cannot be brought back by an undo.
 */

import type { Uuid } from "../../client/src/protocol.ts";
import { overtaking, takeOver } from "../act/decide.ts";
import type { Desk } from "../inbox/desk.ts";
import { hasJoined } from "../inbox/lists.ts";
import { Question } from "../shared/Question.tsx";

export function Overtaking({ desk, id }: { desk: Desk; id: Uuid }) {
  const card = desk.inbox.value.cards[id];
  const from = card?.assigned_agent_name || "a colleague";
  const may_join = desk.may("conversation.join") && !hasJoined(card, desk.me.agent_id);
  return (
    <Question
      label={`Take over from ${from}?`}
      keeps="Leave it there"
      does="Take over"
      kind="primary"
      onClose={() => (overtaking.value = null)}
      onYes={() => void takeOver(desk, id, from)}
    >
      You answer from now on, the visitor is told, and <bdi>{from}</bdi> no longer holds it.
      {may_join && " To help without taking it, join instead, or leave a note."}
    </Question>
  );
}
