/** The conversations of one list. Only those in sight are drawn, and what is in sight stays where it is. */

import { useComputed, useSignal } from "@preact/signals";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import type { Reach } from "../act/reach.ts";
import { Blank } from "../shared/Blank.tsx";
import { Button, IconButton } from "../shared/Button.tsx";
import { counted } from "../shared/words.ts";
import { useNow } from "../shared/useNow.ts";
import { CardView } from "./CardView.tsx";
import { list } from "./current.ts";
import { QueueRows } from "../queue/QueueRows.tsx";
import { QueueTeam } from "../queue/QueueTeam.tsx";
import { countOf, isQueue, labelOf } from "./lists.ts";
import { CARD_HEIGHT, shiftOf, windowOf } from "./windowing.ts";

export function Cards({ reach, onNav }: { reach: Reach; onNav: () => void }) {
  const { desk, cards, cursor } = reach;
  const now = useNow();
  const box = useRef<HTMLDivElement>(null);
  const top = useSignal(0);
  const height = useSignal(900);
  const shown = useComputed(() => windowOf(cards.value.length, top.value, height.value));
  const before = useRef({ list: list.peek(), ids: [] as readonly string[] });
  const ids = cards.value.map((card) => card.conversation_id);
  const pages = desk.pager.pages.value[list.value];
  const is_loading = desk.inbox.value.position === null && ids.length === 0;
  const is_queue = isQueue(list.value);
  const is_near_end = shown.value.to >= ids.length;

  useEffect(() => {
    const watched = new ResizeObserver(([entry]) => (height.value = entry?.contentRect.height ?? 900));
    if (box.current !== null) watched.observe(box.current);
    return () => watched.disconnect();
  }, []);
  // When cards move above what is in sight, the place in the list moves with them; at the very top, news may show.
  useLayoutEffect(() => {
    const element = box.current;
    const { list: old_list, ids: old_ids } = before.current;
    before.current = { list: list.value, ids };
    if (element === null) return;
    if (old_list !== list.value) element.scrollTop = 0;
    else if (element.scrollTop > 0) element.scrollTop += shiftOf(old_ids, ids, element.scrollTop) * CARD_HEIGHT;
    top.value = element.scrollTop;
  }, [ids.join()]);
  useEffect(() => {
    // The first page also brings old conversations in which something was said today: the snapshot has the newest ones.
    // Who waits longest comes first, and last from the server.
    if ((is_near_end || is_queue || pages === undefined) && desk.inbox.value.position !== null && pages?.has_failed !== true) void desk.pager.more(list.value);
  }, [is_near_end, list.value, ids.length, desk.inbox.value.position === null, pages?.is_loading]);

  const label = labelOf(list.value, desk.nameOf);
  const count = countOf(desk.counts.value, list.value, desk.me.agent_id, desk.bots.value);
  const opened = desk.opened.value;
  return (
    <section class="cards" aria-label={`Conversations: ${label}`}>
      <header>
        <IconButton glyph="menu" label="Lists and settings" onClick={onNav} class="narrow" />
        <h1><bdi>{is_queue ? "Queue" : label}</bdi></h1>
        {count !== null && count > 0 && <span class="count" aria-label={counted(count, "conversation", "conversations")}>{count.toLocaleString("en")}</span>}
        {is_queue && <QueueTeam desk={desk} />}
      </header>
      <div class="box" ref={box} onScroll={(event) => (top.value = event.currentTarget.scrollTop)} tabIndex={-1}>
        {is_loading && <Skeleton />}
        {!is_loading && ids.length === 0 && pages?.is_loading !== true && <Nothing reach={reach} />}
        <ul style={{ paddingTop: `${shown.value.from * CARD_HEIGHT}px`, paddingBottom: `${(ids.length - shown.value.to) * CARD_HEIGHT}px` }}>
          {is_queue && <QueueRows reach={reach} cards={cards.value.slice(shown.value.from, shown.value.to)} from={shown.value.from} is_complete={pages?.is_complete === true} />}
          {!is_queue && cards.value.slice(shown.value.from, shown.value.to).map((card) => (
            <CardView
              key={card.conversation_id}
              card={card}
              now={now}
              list={list.value}
              is_unread={desk.isUnread(card)}
              is_cursor={cursor.value === card.conversation_id}
              is_opened={opened === card.conversation_id}
              is_bots={desk.bots.value.has(card.assigned_agent_id ?? "")}
              is_mine={card.assigned_agent_id === desk.me.agent_id}
              late_minutes={desk.me.late_minutes}
            />
          ))}
        </ul>
        {pages?.has_failed === true && (
          <p class="more" role="status">
            Older conversations could not be loaded. <Button kind="link" onClick={() => void desk.pager.more(list.value)}>Try again</Button>
          </p>
        )}
      </div>
    </section>
  );
}

function Nothing({ reach }: { reach: Reach }) {
  switch (list.value) {
    case "mine":
      return (
        <Blank glyph="mine" title="Nothing on your desk" told="What you take or are given stands here.">
          <a class="button plain" href="/console/inbox/unassigned">See who waits</a>
        </Blank>
      );
    case "unassigned":
      return <Blank glyph="closed" title="Nobody waits" told="New conversations appear here by themselves." />;
    case "queue":
      return <Blank glyph="closed" title="Nobody waits" told="Whoever waits for a person stands here, in the order in which they are served." />;
    case "bots":
      return <Blank glyph="bot" title="No bot is talking" told="What bots answer stands here. Read along, and take over at any time." />;
    case "closed":
      return <Blank glyph="closed" title="Nothing closed yet" told="What you close stays here, and can be opened again." />;
    case "all":
      return (
        <Blank glyph="inbox" title="No conversations yet" told="As soon as somebody writes to you, it stands here.">
          {reach.desk.may("channel.write") && <a class="button plain" href="/console/settings/channels">Set up your widget</a>}
        </Blank>
      );
    default:
      if (isQueue(list.value)) return <Blank glyph="closed" title="Nobody waits for this team" told="Its queue is empty." />;
      return list.value.startsWith("team:")
        ? <Blank glyph="team" title="Nothing for this team" told="Conversations that are assigned to it stand here." />
        : <Blank glyph="mine" title="Nothing on this desk" told="What this colleague takes or is given stands here." />;
  }
}

/** Shown at the first load only; later what was here stays until what is new is here. */
function Skeleton() {
  return (
    <div class="skeletons" role="status" aria-label="Loading the conversations">
      {Array.from({ length: 9 }, (_, index) => (
        <div class="skeleton" key={index}>
          <i />
          <b />
          <s />
        </div>
      ))}
    </div>
  );
}
