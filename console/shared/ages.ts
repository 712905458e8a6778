/** Times as whole words: 3 minutes ago, yesterday, then the date. */

import { spoken } from "../../client/src/clock.ts";
import type { Milliseconds } from "../../client/src/protocol.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
const date = new Intl.DateTimeFormat(spoken(), { day: "numeric", month: "short", year: "numeric" });
const moment = new Intl.DateTimeFormat(spoken(), { dateStyle: "medium", timeStyle: "short" });

export function longAge(at: Milliseconds, now: Milliseconds): string {
  const age = Math.max(0, now - at);
  if (age < MINUTE) return "just now";
  if (age < HOUR) return relative.format(-Math.floor(age / MINUTE), "minute");
  if (age < DAY) return relative.format(-Math.floor(age / HOUR), "hour");
  if (age < 7 * DAY) return relative.format(-Math.floor(age / DAY), "day");
  return `on ${date.format(at)}`;
}

/** 3 Mar 2026 */
export const dateOf = (at: Milliseconds): string => date.format(at);

/** 3 Mar 2026, 14:05 */
export const momentOf = (at: Milliseconds): string => moment.format(at);

/** How long something took: 84 ms, 1.2 s */
export const spanOf = (ms: Milliseconds): string => (ms < 1_000 ? `${ms}\u00a0ms` : `${(ms / 1_000).toFixed(1)}\u00a0s`);

/** in 6 days */
export function untilThen(at: Milliseconds, now: Milliseconds): string {
  const left = at - now;
  if (left <= 0) return "expired";
  if (left < DAY) return `expires ${relative.format(Math.ceil(left / HOUR), "hour")}`;
  return `expires ${relative.format(Math.ceil(left / DAY), "day")}`;
}
