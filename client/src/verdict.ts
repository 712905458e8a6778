/** Decides, without doing anything, what a lost connection means. */

import type { CloseCode } from "./protocol.ts";

// Written out, because the object of all codes would weigh more than this file.
const UNAUTHENTICATED: CloseCode = 4501;
const RELOAD: CloseCode = 4006;

/** Long enough that a restarting server is not hammered, short enough that nobody reloads the page by hand. */
const SHORTEST_WAIT = 500;
const FIRST_BOUND = 1_500;
const LAST_BOUND = 30_000;

export interface Verdict {
  readonly come_back: boolean;
  /** The credentials are of no use any more: get others before coming back. */
  readonly renew: boolean;
  /** The positions are of no use any more: come back without them. */
  readonly forget: boolean;
  /** Milliseconds to wait at least. */
  readonly wait: number;
}

/** What a close code and its reason ask for. */
export function verdictOf(code: number, reason: string): Verdict {
  const renew = code === UNAUTHENTICATED;
  const is_final = code >= 4500 && code <= 4999;
  return { come_back: !is_final || renew, renew, forget: code === RELOAD, wait: waitIn(reason) };
}

/** Milliseconds until the next attempt: anything up to a bound that doubles, so that a crowd comes back spread out. */
export function delayBefore(attempt: number, at_least: number, random: () => number = Math.random): number {
  const bound = Math.min(LAST_BOUND, FIRST_BOUND * 2 ** attempt);
  return Math.max(SHORTEST_WAIT, at_least) + random() * (bound - SHORTEST_WAIT);
}

function waitIn(reason: string): number {
  try {
    const seconds = (JSON.parse(reason) as { retry_after?: unknown } | null)?.retry_after;
    return typeof seconds === "number" && seconds > 0 ? seconds * 1000 : 0;
  } catch {
    return 0;
  }
}
