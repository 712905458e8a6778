/** One conversation: what was said and decided, and where to answer or leave a note. */

import { useComputed, useSignal, useSignalEffect, type Signal } from "@preact/signals";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { linesOf, tickOf } from "../client/src/lines.ts";
import type { Sender } from "../client/src/protocol.ts";
import { rowsOf } from "../client/src/rows.ts";
import { hasOlder } from "../client/src/timeline.ts";
import { dayName } from "../client/src/times.ts";
import { Dots } from "../client/ui/Dots.tsx";
import { hold } from "../client/ui/stick.ts";
import type { Desk } from "./desk.ts";
import { Head } from "./Head.tsx";
import { isClosed } from "./lists.ts";
import { Reply } from "./Reply.tsx";
import { RowView } from "./RowView.tsx";
import type { Seen } from "./seen.ts";

interface Props {
  readonly desk: Desk;
  readonly seen: Seen;
  readonly is_note: Signal<boolean>;
  readonly onBack: () => void;
}

const isTeam = (sender: Sender): boolean => sender.kind !== "contact";

export function Thread({ desk, seen, is_note, onBack }: Props) {
  const conversation_id = desk.opened.peek() ?? "";
  const list = useRef<HTMLDivElement>(null);
  const unread_after = useSignal(seen.upto(conversation_id) || null);
  const is_visible = useVisible();
  const lines = useComputed(() => linesOf(desk.timeline.value?.entries ?? []));
  const rows = useComputed(() => rowsOf(lines.value, desk.drafts.value, isTeam, unread_after.value));
  const tick = useComputed(() => {
    const last = rows.value.findLast((row) => row.kind === "message" && row.is_own && !row.line.is_internal);
    if (last?.kind !== "message" || desk.timeline.value === undefined) return null;
    return { key: last.key, tick: tickOf(desk.timeline.value, last.line) };
  });

  useSignalEffect(() => {
    const upto = Math.max(desk.timeline.value?.position?.seq ?? 0, desk.card.value?.last_seq ?? 0);
    if (!is_visible.value || desk.timeline.value?.position == null) return;
    desk.talk.read(conversation_id);
    seen.see(conversation_id, upto);
  });
  // Measured while the old lines still stand, released when the new ones do.
  const release = hold(() => list.current);
  const last = rows.value.at(-1);
  const last_key = useRef(last?.key);
  useLayoutEffect(() => {
    release(last?.key !== last_key.current && last?.kind === "draft");
    last_key.current = last?.key;
  });

  const { timeline, card, standing } = desk;
  const is_closed = standing.value === null ? card.value !== undefined && isClosed(card.value) : isClosed(standing.value);
  return (
    <>
      <Head desk={desk} is_closed={is_closed} onBack={onBack} />
      <p class="notice" role="alert">{desk.notice.value}</p>
      <div class="messages" ref={list} tabIndex={0} aria-label="Conversation so far">
        <div class="inner">
          {timeline.value !== undefined && hasOlder(timeline.value) && (
            <button type="button" class="older" onClick={() => desk.talk.older(conversation_id)}>
              Show earlier messages
            </button>
          )}
          {timeline.value?.position === null && <p class="blank" role="status">Loading…</p>}
          <div role="log" aria-live="polite" aria-label="Messages">
            {rows.value.map((row) => (
              <div key={row.key} data-line={row.key}>
                {row.starts_day && <p class="day">{dayName(row.at, Date.now())}</p>}
                {row.is_first_unread && <p class="unread">New</p>}
                <RowView row={row} desk={desk} tick={tick.value?.key === row.key ? tick.value.tick : null} />
              </div>
            ))}
          </div>
          <Dots typists={desk.typists.value} unnamed="The visitor" />
        </div>
      </div>
      <Reply desk={desk} conversation_id={conversation_id} is_note={is_note} is_closed={is_closed} />
    </>
  );
}

function useVisible() {
  const is_visible = useSignal(document.visibilityState === "visible");
  useEffect(() => {
    const look = (): void => void (is_visible.value = document.visibilityState === "visible");
    document.addEventListener("visibilitychange", look);
    return () => document.removeEventListener("visibilitychange", look);
  }, []);
  return is_visible;
}
