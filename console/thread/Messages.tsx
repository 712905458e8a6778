/** What was said and decided: stays where the person reads, loads the past on the way up, and leads back down. */

import { useComputed, useSignal } from "@preact/signals";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { linesOf, tickOf } from "../../client/src/lines.ts";
import type { Sender, Uuid } from "../../client/src/protocol.ts";
import { rowsOf } from "../../client/src/rows.ts";
import { hasOlder } from "../../client/src/timeline.ts";
import { dayName } from "../../client/src/times.ts";
import { Dots } from "../../client/ui/Dots.tsx";
import { hold } from "../../client/ui/stick.ts";
import type { Reach } from "../act/reach.ts";
import { Glyph } from "../shared/Glyph.tsx";
import { PartialView } from "./PartialView.tsx";
import { RowView } from "./RowView.tsx";
import { useJump } from "./jump.ts";
import { withHandoffs } from "./handed.ts";
import { withOffers } from "./offered.ts";
import { mayChange, withChanges } from "./own.ts";

/** So near to the upper end the next page is fetched, so that nobody waits for it. */
const NEAR = 600;
/** So far from the newest it is worth a button. */
const FAR = 240;

const isTeam = (sender: Sender): boolean => sender.kind !== "contact";

export function Messages({ reach, conversation_id }: { reach: Reach; conversation_id: Uuid }) {
  const { desk } = reach;
  const list = useRef<HTMLDivElement>(null);
  const is_far = useSignal(false);
  const seen_at_leave = useSignal(0);
  const shown = useComputed(() => {
    const entries = desk.timeline.value?.entries ?? [];
    return withChanges(linesOf(entries), desk.drafts.value, entries);
  });
  const lines = useComputed(() => shown.value.lines);
  const last_own = useComputed(() => lines.value.findLast((line) => mayChange(desk, desk.card.value, line))?.id);
  const rows = useComputed(() => rowsOf(lines.value, desk.drafts.value, isTeam, desk.read_before.value));
  const tick = useComputed(() => {
    const last = rows.value.findLast((row) => row.kind === "message" && row.is_own && !row.line.is_internal);
    if (last?.kind !== "message" || desk.timeline.value === undefined) return null;
    return { key: last.key, tick: tickOf(desk.timeline.value, last.line) };
  });
  const fresh = useComputed(() =>
    is_far.value ? lines.value.filter((line) => line.kind === "message" && line.seq > seen_at_leave.value).length : 0,
  );
  const timeline = desk.timeline.value;
  const has_older = timeline !== undefined && hasOlder(timeline);
  const jumped = useJump(desk, conversation_id, list);

  const look = (): void => {
    const box = list.current;
    if (box === null) return;
    // Laid out in reverse: 0 is the end, and everything above is negative.
    const is_now_far = box.scrollTop < -FAR;
    if (is_now_far && !is_far.value) seen_at_leave.value = lines.value.at(-1)?.seq ?? 0;
    is_far.value = is_now_far;
    if (box.scrollHeight + box.scrollTop - box.clientHeight < NEAR) desk.talk.older(conversation_id);
  };
  // Measured while the old lines still stand, released when the new ones do.
  const release = hold(() => list.current);
  const last = rows.value.at(-1);
  const last_key = useRef(last?.key);
  useLayoutEffect(() => {
    release(last?.key !== last_key.current && last?.kind === "draft");
    last_key.current = last?.key;
  });
  useEffect(look, [rows.value.length, has_older]);

  return (
    <div class="past">
      <div class="messages" ref={list} tabIndex={0} role="region" aria-label="Conversation so far" onScroll={look}>
        <div class="inner">
          {has_older && (
            <button type="button" class="older" onClick={() => desk.talk.older(conversation_id)}>
              Show earlier messages
            </button>
          )}
          {timeline?.position === null && <div class="skeletons talk" role="status" aria-label="Loading the conversation"><i /><i /><i /></div>}
          <div role="log" aria-live="polite" aria-label="Messages">
            {withOffers(withHandoffs(rows.value)).map((row) => (
              <div key={row.key} data-line={row.key} data-jumped={jumped.value === row.key}>
                {row.starts_day && <p class="day">{dayName(row.at, Date.now())}</p>}
                {row.is_first_unread && <p class="unread">New</p>}
                <RowView
                  row={row}
                  desk={desk}
                  tick={tick.value?.key === row.key ? tick.value.tick : null}
                  change={shown.value.changes.get(row.key)}
                  own={row.kind !== "message" || !mayChange(desk, desk.card.value, row.line) ? "no" : row.key === last_own.value ? "last" : "yes"}
                />
              </div>
            ))}
          </div>
          {desk.partial.value !== null && <PartialView partial={desk.partial.value} />}
          <Dots typists={desk.typists.value} unnamed="The visitor" />
        </div>
      </div>
      {is_far.value && (
        <button type="button" class="newest" onClick={() => list.current?.scrollTo({ top: 0 })}>
          <Glyph name="newest" />
          {fresh.value > 0 ? `${fresh.value} new` : "Newest"}
        </button>
      )}
    </div>
  );
}
