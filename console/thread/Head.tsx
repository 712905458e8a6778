/** Over the thread: who it is, how it stands, and what can be decided. */

import type { Card, Uuid } from "../../client/src/protocol.ts";
import { close, join, leave, mayTake, release, reopen, take } from "../act/decide.ts";
import type { Reach } from "../act/reach.ts";
import { kindOf, nameOf } from "../inbox/CardView.tsx";
import type { Desk } from "../inbox/desk.ts";
import { hasJoined } from "../inbox/lists.ts";
import { Button, IconButton } from "../shared/Button.tsx";
import { Face } from "../shared/Face.tsx";
import { feelingOf } from "../shared/moods.ts";
import { PriorityMark } from "../shared/PriorityMark.tsx";
import { foldSide, is_side_open } from "../side/fold.ts";

interface Props {
  readonly reach: Reach;
  readonly conversation_id: Uuid;
  readonly card: Card | undefined;
  readonly is_closed: boolean;
}

export function Head({ reach, conversation_id: id, card, is_closed }: Props) {
  const { desk, overlay } = reach;
  const is_free = desk.network.value.phase === "live" && card !== undefined;
  const holder = card?.assigned_agent_id ?? null;
  const is_mine = holder === desk.me.agent_id;
  const has_joined = hasJoined(card, desk.me.agent_id);
  const name = card === undefined ? "" : nameOf(card);
  return (
    <header>
      <IconButton glyph="left" label="Back to the list" onClick={reach.back} class="back" />
      <Face id={card?.contact_id ?? null} name={name} of={card === undefined ? "visitor" : kindOf(card)} />
      <div class="who">
        <h1><bdi>{name || "…"}</bdi></h1>
        {card !== undefined && (
          <p>
            <Status card={card} />
            {(card.emotion === "anger" || card.emotion === "fear") && <span data-mood="bad">{feelingOf(card.emotion, card.sentiment_avg ?? 0)}</span>}
            <PriorityMark priority={card.priority} />
            <Beside desk={desk} card={card} />
            {card.primary_intent && <bdi title="What the visitor wants">{card.primary_intent}</bdi>}
            <bdi>{card.channel_name}</bdi>
            {card.assigned_team_name !== undefined && card.assigned_team_name !== "" && <bdi>{card.assigned_team_name}</bdi>}
          </p>
        )}
      </div>
      <div class="ways">
        {!is_closed && !is_mine && mayTake(desk, card) && (
          <Button kind={holder === null ? "primary" : "plain"} is_disabled={!is_free} onClick={() => void take(desk, id)} title={holder === null ? "Take (i)" : "Take over (i)"}>
            {holder === null ? "Take" : "Take over"}
          </Button>
        )}
        {!is_closed && !is_mine && !has_joined && desk.may("conversation.join") && (
          <IconButton glyph="join" label="Join" hint="m" is_disabled={!is_free} onClick={() => void join(desk, id)} class="spare" />
        )}
        {!is_closed && has_joined && (
          <IconButton glyph="out" label="Leave" hint="m" is_disabled={!is_free} onClick={() => void leave(desk, id)} class="spare" />
        )}
        {!is_closed && is_mine && desk.may("conversation.release") && (
          <IconButton glyph="release" label="Give back" hint="u" is_disabled={!is_free} onClick={() => void release(desk, id)} />
        )}
        {!is_closed && is_mine && desk.may("conversation.hand_off") && (
          <IconButton glyph="transfer" label="Hand over" hint="h" is_disabled={!is_free} onClick={() => (overlay.value = { kind: "transfer", conversation_id: id })} />
        )}
        {!is_closed && desk.may("conversation.assign") && (
          <IconButton glyph="assign" label="Assign" hint="a" is_disabled={!is_free} onClick={() => (overlay.value = { kind: "assign", conversation_id: id })} class="spare" />
        )}
        {!is_closed && desk.may("conversation.close") && (
          <Button is_disabled={!is_free} onClick={() => void close(desk, id)} title="Close (e)">Close</Button>
        )}
        {is_closed && desk.may("conversation.reopen") && mayTake(desk, card) && (
          <Button is_disabled={!is_free} onClick={() => void reopen(desk, id)} title="Reopen (o)">Reopen</Button>
        )}
        <IconButton glyph="side" label="Side panel" hint="." is_pressed={is_side_open.value} onClick={() => foldSide(!is_side_open.value)} />
      </div>
    </header>
  );
}

/** Who has joined the holder, as faces; their names are read out, and shown where the pointer rests. */
function Beside({ desk, card }: { desk: Desk; card: Card }) {
  const joined = (card.supervisor_ids ?? []).map((id) => ({ id, name: id === desk.me.agent_id ? "You" : (desk.inbox.value.agents[id]?.name ?? "A colleague") }));
  if (joined.length === 0) return null;
  const told = `Joined: ${joined.map(({ name }) => name).join(", ")}`;
  return (
    <span class="beside" title={told}>
      {joined.slice(0, 3).map(({ id, name }) => <Face key={id} id={id} name={name} url={desk.inbox.value.agents[id]?.avatar_url ?? null} size={20} />)}
      {joined.length > 3 && <span aria-hidden="true">+{joined.length - 3}</span>}
      <span class="unseen">{told}</span>
    </span>
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
    <span class="status" data-status={card.status}>
      <bdi>{told}</bdi>
    </span>
  );
}
