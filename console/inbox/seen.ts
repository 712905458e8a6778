/** Up to which number this person has seen each conversation, kept in this browser and shared by its tabs. */

import { signal } from "@preact/signals";
import type { Card, Milliseconds, Uuid } from "../../client/src/protocol.ts";
import { recall, remember } from "../shared/keep.ts";
import { isClosed, movedAt } from "./lists.ts";

export interface Seen {
  /** 0 where nothing is known. */
  upto(conversation_id: Uuid): number;
  /** Something new that concerns this person: their own conversation, or one that nobody has. */
  isUnread(card: Card): boolean;
  see(conversation_id: Uuid, upto: number): void;
  close(): void;
}

/** More conversations than anybody keeps in mind; the oldest are forgotten. */
const MOST = 500;

interface Kept {
  readonly since: Milliseconds;
  readonly upto: Readonly<Record<Uuid, number>>;
}

export function createSeen(agent_id: Uuid, now: Milliseconds = Date.now()): Seen {
  const name = `frontdesk:seen:${agent_id}`;
  const fresh: Kept = { since: now, upto: {} };
  const known = signal<Kept>({ ...fresh, ...recall<Partial<Kept>>(name, {}) });
  const upto = (conversation_id: Uuid): number => known.value.upto[conversation_id] ?? 0;
  const follow = (event: StorageEvent): void => {
    if (event.key === name) known.value = { ...fresh, ...recall<Partial<Kept>>(name, {}) };
  };
  addEventListener("storage", follow);
  return {
    upto,
    isUnread(card) {
      if (isClosed(card) || card.last_seq <= upto(card.conversation_id)) return false;
      if ((card.assigned_agent_id ?? null) === null) return true;
      if (card.assigned_agent_id !== agent_id) return false;
      // What was said before this browser was first used was read in another one.
      return card.conversation_id in known.value.upto || movedAt(card) >= known.value.since;
    },
    see(conversation_id, seq) {
      if (seq <= upto(conversation_id)) return;
      const { [conversation_id]: _, ...rest } = known.value.upto;
      const next = Object.fromEntries([...Object.entries(rest).slice(1 - MOST), [conversation_id, seq]]);
      known.value = { since: known.value.since, upto: next };
      remember(name, known.value);
    },
    close: () => removeEventListener("storage", follow),
  };
}
