/** How long somebody has waited for a person, and since when that is too long. */

import type { Card, Milliseconds } from "../../client/src/protocol.ts";
import { isClosed } from "./lists.ts";

const MINUTE = 60_000;

export interface Waiting {
  readonly since: Milliseconds;
  readonly is_late: boolean;
}

/** Null while nobody waits: somebody has the conversation, or it is over. What is late is the organization's to say. */
export function waitingOf(card: Card, now: Milliseconds, late_minutes: number): Waiting | null {
  if (isClosed(card) || (card.assigned_agent_id ?? null) !== null) return null;
  const since = card.queued_at ?? card.started_at;
  return { since, is_late: now - since >= late_minutes * MINUTE };
}

/** <1m, 4m, 2h, 3d: short enough to stand beside a line of text. */
export function shortWait(since: Milliseconds, now: Milliseconds): string {
  const minutes = Math.max(0, Math.floor((now - since) / MINUTE));
  if (minutes < 1) return "<1m";
  if (minutes < 60) return `${minutes}m`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours}h` : `${Math.floor(hours / 24)}d`;
}
