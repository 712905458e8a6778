/** Up to which number this person has seen each conversation, kept in this browser. */

import { signal } from "@preact/signals";
import type { Card, Uuid } from "../client/src/protocol.ts";

export interface Seen {
  upto(conversation_id: Uuid): number;
  isUnread(card: Card): boolean;
  see(conversation_id: Uuid, upto: number): void;
}

/** More conversations than anybody keeps in mind; the oldest are forgotten. */
const MOST = 500;

export function createSeen(agent_id: Uuid): Seen {
  const name = `frontdesk:seen:${agent_id}`;
  const known = signal<Readonly<Record<Uuid, number>>>(read(name));
  const upto = (conversation_id: Uuid): number => known.value[conversation_id] ?? 0;
  return {
    upto,
    isUnread: (card) => card.last_seq > upto(card.conversation_id),
    see(conversation_id, seq) {
      if (seq <= upto(conversation_id)) return;
      const { [conversation_id]: _, ...rest } = known.value;
      known.value = Object.fromEntries([...Object.entries(rest).slice(1 - MOST), [conversation_id, seq]]);
      try {
        localStorage.setItem(name, JSON.stringify(known.value));
      } catch {
        // Without storage everything is unread again after a reload.
      }
    },
  };
}

function read(name: string): Record<Uuid, number> {
  try {
    return JSON.parse(localStorage.getItem(name) ?? "{}") as Record<Uuid, number>;
  } catch {
    return {};
  }
}
