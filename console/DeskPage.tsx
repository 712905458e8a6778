/** The desk: lists, conversations, the open thread. The address says which conversation is open. */

import { useComputed, useSignal, useSignalEffect } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import { Icon } from "../client/ui/Icon.tsx";
import { Network } from "../client/ui/Network.tsx";
import type { Uuid } from "../client/src/protocol.ts";
import { Cards } from "./Cards.tsx";
import type { Desk } from "./desk.ts";
import { listen } from "./keys.ts";
import { cardsOf, countOf, LISTS, type ListName } from "./lists.ts";
import { createSeen } from "./seen.ts";
import { Thread } from "./Thread.tsx";

const BASE = "/console/conversations/";

export function DeskPage({ desk, onLeave }: { desk: Desk; onLeave: () => void }) {
  const list = useSignal<ListName>("open");
  const cursor = useSignal<Uuid | null>(null);
  const is_note = useSignal(false);
  const seen = useMemo(() => createSeen(desk.member.agent_id), [desk]);
  const cards = useComputed(() => cardsOf(desk.inbox.value, list.value, desk.member.agent_id));

  const open = (conversation_id: Uuid | null): void => {
    if (conversation_id === desk.opened.value) return;
    history.pushState(null, "", conversation_id === null ? "/console" : BASE + conversation_id);
    cursor.value = conversation_id ?? cursor.value;
    is_note.value = false;
    desk.open(conversation_id);
  };
  useEffect(() => {
    const follow = (): void => desk.open(location.pathname.startsWith(BASE) ? location.pathname.slice(BASE.length) : null);
    follow();
    addEventListener("popstate", follow);
    return () => removeEventListener("popstate", follow);
  }, [desk]);
  useEffect(() => listen({ desk, cards, cursor, is_note, open }), [desk]);
  useSignalEffect(() => {
    const count = countOf(desk.inbox.value, "unassigned", desk.member.agent_id) ?? 0;
    document.title = count > 0 ? `(${count}) Frontdesk` : "Frontdesk";
  });

  return (
    <div class="desk" data-open={desk.opened.value !== null}>
      <nav class="lists" aria-label="Lists">
        <h1 dir="auto">{desk.member.organization_name}</h1>
        <ul>
          {LISTS.map(({ name, label }) => (
            <li key={name}>
              <button type="button" aria-pressed={list.value === name} onClick={() => (list.value = name)}>
                {label}
                <span class="count">{countOf(desk.inbox.value, name, desk.member.agent_id) ?? ""}</span>
              </button>
            </li>
          ))}
        </ul>
        <div class="me">
          <span dir="auto">{desk.member.name}</span>
          <button type="button" class="quiet" aria-label="Log out" title="Log out" onClick={onLeave}>
            <Icon name="out" />
          </button>
        </div>
      </nav>
      <Cards
        label={LISTS.find(({ name }) => name === list.value)?.label ?? ""}
        inbox={desk.inbox.value}
        cards={cards.value}
        seen={seen}
        cursor={cursor.value}
        opened={desk.opened.value}
        onOpen={open}
      />
      <section class="thread" aria-label="Conversation">
        <Network state={desk.network.value} is_fresh={!desk.was_live.value} />
        {!desk.is_durable.value && (
          <div class="network" role="status">This browser keeps nothing: stay until your words are sent.</div>
        )}
        {desk.opened.value === null ? (
          <p class="blank">Choose a conversation. <kbd>j</kbd> and <kbd>k</kbd> move, <kbd>Enter</kbd> opens.</p>
        ) : (
          <Thread key={desk.opened.value} desk={desk} seen={seen} is_note={is_note} onBack={() => open(null)} />
        )}
      </section>
    </div>
  );
}
