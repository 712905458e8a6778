/** Over the thread: who it is, how it stands, and what can be decided. */

import { Icon } from "../client/ui/Icon.tsx";
import { Status } from "./Cards.tsx";
import type { Desk } from "./desk.ts";

export function Head({ desk, is_closed, onBack }: { desk: Desk; is_closed: boolean; onBack: () => void }) {
  const card = desk.card.value;
  const standing = desk.standing.value;
  const is_mine = card?.assigned_agent_id === desk.member.agent_id;
  const is_free = desk.network.value.phase === "live";
  return (
    <header>
      <button type="button" class="quiet back" aria-label="Back to the list" onClick={onBack}>
        <Icon name="back" size={20} />
      </button>
      <div class="who">
        <h2 dir="auto">{card?.contact_name || "Visitor"}</h2>
        {card !== undefined && (
          <p>
            <Status card={{ ...card, status: standing?.status ?? card.status }} />
            <span dir="auto">{card.channel_name}</span>
          </p>
        )}
      </div>
      {is_closed ? (
        <button type="button" disabled={!is_free} onClick={desk.reopen}>Reopen</button>
      ) : (
        <>
          {!is_mine && (
            <button type="button" class="primary" disabled={!is_free} onClick={desk.take} title="a">Take</button>
          )}
          <button type="button" disabled={!is_free} onClick={desk.close} title="e">Close</button>
        </>
      )}
    </header>
  );
}
