/** How long somebody waits, to the second; and how much of an offer is left. */

import type { Milliseconds } from "../../client/src/protocol.ts";

const SECOND = 1_000;
const two = (count: number): string => String(count).padStart(2, "0");

/** 0:42, 12:07, 3 h 05, 2 d 4 h */
export function clockWait(since: Milliseconds, now: Milliseconds): string {
  const seconds = Math.max(0, Math.floor((now - since) / SECOND));
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  if (hours >= 48) return `${Math.floor(hours / 24)} d ${hours % 24} h`;
  return hours > 0 ? `${hours} h ${two(minutes)}` : `${minutes}:${two(seconds % 60)}`;
}

/** 24 s, 2:05; never below zero */
export function leftUntil(deadline_at: Milliseconds, now: Milliseconds): string {
  const seconds = Math.max(0, Math.round((deadline_at - now) / SECOND));
  return seconds < 100 ? `${seconds} s` : `${Math.floor(seconds / 60)}:${two(seconds % 60)}`;
}
