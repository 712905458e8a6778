/** Who waits, in the order in which they will be served: their place, since when, for which team, and who is asked just now. */

import type { Card } from "../../client/src/protocol.ts";
import { mayTake, take } from "../act/decide.ts";
import type { Reach } from "../act/reach.ts";
import { pathToConversation } from "../app/routes.ts";
import { nameOf } from "../inbox/CardView.tsx";
import { list } from "../inbox/current.ts";
import { waitingOf } from "../inbox/waiting.ts";
import { isOffered } from "../offers/offers.ts";
import { PriorityMark } from "../shared/PriorityMark.tsx";
import { Telling, useSeconds, type Seconds } from "../shared/seconds.tsx";
import { clockWait, leftUntil } from "./waits.ts";

interface Props {
  readonly reach: Reach;
  /** Those in sight; the first of them stands at `from`. */
  readonly cards: readonly Card[];
  readonly from: number;
  /** Without all of them nobody knows who is the first. */
  readonly is_complete: boolean;
}

export function QueueRows({ reach, cards, from, is_complete }: Props) {
  const seconds = useSeconds(reach.desk.now);
  return (
    <>
      {cards.map((card, index) => (
        <QueueRow key={card.conversation_id} reach={reach} card={card} place={is_complete ? from + index + 1 : null} seconds={seconds} />
      ))}
    </>
  );
}

function QueueRow({ reach, card, place, seconds }: { reach: Reach; card: Card; place: number | null; seconds: Seconds }) {
  const { desk, cursor } = reach;
  const id = card.conversation_id;
  const name = nameOf(card);
  const since = card.queued_at ?? card.started_at;
  const is_late = waitingOf(card, seconds.peek(), desk.me.late_minutes)?.is_late ?? false;
  const skills = card.skills ?? [];
  const has_team = list.value === "queue" && (card.assigned_team_name ?? "") !== "";
  return (
    <li class="queued">
      <a
        class="card"
        href={pathToConversation(id)}
        data-list={list.value}
        data-conversation={id}
        data-cursor={cursor.value === id}
        aria-current={desk.opened.value === id ? "true" : undefined}
        draggable={false}
      >
        <span class="place">{place ?? "·"}</span>
        <span class="top">
          <span class="name"><bdi>{name}</bdi></span>
          <PriorityMark priority={card.priority} />
          <span class="wait" data-late={is_late}>
            <Telling key={since} seconds={seconds} tell={(now) => clockWait(since, now)} />
            <span class="unseen">{is_late ? " waiting, late" : " waiting"}</span>
          </span>
        </span>
        <span class="low">
          <span class="preview">
            {isOffered(card) ? (
              <span class="asked">
                Offered to <bdi>{card.offered_agent_id === desk.me.agent_id ? "you" : desk.nameOf(card.offered_agent_id)}</bdi>,{" "}
                <Telling key={card.offer_deadline_at} seconds={seconds} tell={(now) => leftUntil(card.offer_deadline_at, now)} />
              </span>
            ) : (
              <bdi>{card.last_preview || card.subject || "No words yet"}</bdi>
            )}
          </span>
          {skills.slice(0, 1).map((skill) => <span class="tag" key={skill} title={`Needs ${skills.join(", ")}`}><bdi>{skill}</bdi></span>)}
          {has_team && <span class="tag"><bdi>{card.assigned_team_name}</bdi></span>}
        </span>
      </a>
      {mayTake(desk, card) && (
        <button type="button" class="button plain" tabIndex={-1} aria-label={`Take ${name}`} title="Take (i)" onClick={() => void take(desk, id)}>Take</button>
      )}
    </li>
  );
}
