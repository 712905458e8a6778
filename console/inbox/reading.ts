/** Which conversations have something new for this person, by the marks that the server keeps for all their browsers. */

import { inboxReads } from "../../client/src/api.ts";
import type { Feed } from "../../client/src/feed.ts";
import type { Inbox } from "../../client/src/inbox.ts";
import type { Card, Milliseconds, Uuid } from "../../client/src/protocol.ts";
import type { Reads } from "../../client/src/rest.ts";
import { isClosed } from "./lists.ts";

/** Something new that concerns this person: in a conversation of their own, or in one that nobody has. */
export function isUnread(card: Card, upto: number, me: Uuid): boolean {
  if (isClosed(card) || card.last_seq <= upto || card.last_sender_id === me) return false;
  const holder = card.assigned_agent_id ?? null;
  return holder === null || holder === me;
}

export interface Reading {
  isUnread(card: Card): boolean;
  /** The connection came, or went. */
  live(is_live: boolean): void;
}

/** As many as one question takes. */
const AT_ONCE = 100;

/**
 * While connected, everything that is read elsewhere is told. What may have been read before that, or beyond what the
 * snapshot has, is asked for, once, and only where it makes a difference: where something looks unread.
 */
export function createReading(
  me: Uuid,
  feed: Pick<Feed, "on" | "inbox" | "read">,
  now: () => Milliseconds,
  ask: (ids: readonly Uuid[]) => Promise<Reads> = inboxReads,
): Reading {
  const sure = new Set<Uuid>();
  let live_since: Milliseconds | null = null;
  let is_current = false;
  const isNew = (card: Card, inbox: Inbox): boolean => isUnread(card, inbox.reads[card.conversation_id] ?? 0, me);

  function look(): void {
    if (live_since === null || !is_current) return;
    const doubtful: Uuid[] = [];
    for (const card of Object.values(feed.inbox.cards)) {
      if (sure.has(card.conversation_id)) continue;
      sure.add(card.conversation_id);
      if (card.started_at < live_since && isNew(card, feed.inbox)) doubtful.push(card.conversation_id);
    }
    for (let from = 0; from < doubtful.length; from += AT_ONCE) {
      const some = doubtful.slice(from, from + AT_ONCE);
      ask(some).then(
        ({ reads }) => feed.read(reads),
        () => some.forEach((id) => sure.delete(id)), // Asked again when something moves.
      );
    }
  }

  feed.on("change", look);
  feed.on("current", () => {
    is_current = true;
    look();
  });
  return {
    isUnread: (card) => isNew(card, feed.inbox),
    live(is_live) {
      if (is_live === (live_since !== null)) return;
      live_since = is_live ? now() : null;
      is_current = false;
      sure.clear();
    },
  };
}
