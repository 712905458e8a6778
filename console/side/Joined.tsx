/** Who takes part beside the holder; and the way in and out for whoever may. */

import type { Card } from "../../client/src/protocol.ts";
import { join, leave } from "../act/decide.ts";
import type { Desk } from "../inbox/desk.ts";
import { hasJoined } from "../inbox/lists.ts";
import { Face } from "../shared/Face.tsx";
import { Glyph } from "../shared/Glyph.tsx";

export function Joined({ desk, card }: { desk: Desk; card: Card }) {
  const { agents } = desk.inbox.value;
  const me = desk.me.agent_id;
  const has_joined = hasJoined(card, me);
  const may_join = !has_joined && card.assigned_agent_id !== me && desk.may("conversation.join");
  const joined = card.supervisor_ids ?? [];
  if (joined.length === 0 && !may_join) return null;
  return (
    <div>
      <dt>Joined</dt>
      <dd>
        {joined.map((id) => (
          <span class="choose" key={id}>
            <Face id={id} name={agents[id]?.name ?? ""} url={agents[id]?.avatar_url ?? null} size={20} />
            <bdi>{id === me ? "You" : (agents[id]?.name ?? "A colleague")}</bdi>
          </span>
        ))}
        {may_join && (
          <button type="button" class="choose" title="Join (m)" onClick={() => void join(desk, card.conversation_id)}>
            <Glyph name="join" size={14} /> Join
          </button>
        )}
        {has_joined && (
          <button type="button" class="choose" title="Leave (m)" onClick={() => void leave(desk, card.conversation_id)}>
            <Glyph name="out" size={14} /> Leave
          </button>
        )}
      </dd>
    </div>
  );
}
