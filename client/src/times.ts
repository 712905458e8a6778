/** Times as people read them: relative up to a day, then dates; always in the language of the browser. */

import type { Milliseconds } from "./protocol.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const clock = new Intl.DateTimeFormat(undefined, { hour: "numeric", minute: "2-digit" });
const date = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short" });
const weekday = new Intl.DateTimeFormat(undefined, { weekday: "long", day: "numeric", month: "long" });
const relative = new Intl.RelativeTimeFormat(undefined, { numeric: "auto", style: "narrow" });

/** 14:05 */
export const clockTime = (at: Milliseconds): string => clock.format(at);

/** Today, yesterday, or Monday, 3 March */
export function dayName(at: Milliseconds, now: Milliseconds): string {
  const midnight = new Date(now).setHours(0, 0, 0, 0);
  const days = Math.round((new Date(at).setHours(0, 0, 0, 0) - midnight) / DAY);
  const name = days > -2 && days <= 0 ? new Intl.RelativeTimeFormat(undefined, { numeric: "auto" }).format(days, "day") : weekday.format(at);
  return name.charAt(0).toUpperCase() + name.slice(1);
}

/** now, 3 min, 2 h, 3 Mar */
export function shortAge(at: Milliseconds, now: Milliseconds): string {
  const age = Math.max(0, now - at);
  if (age < MINUTE) return relative.format(0, "second");
  if (age < HOUR) return relative.format(-Math.floor(age / MINUTE), "minute");
  if (age < DAY) return relative.format(-Math.floor(age / HOUR), "hour");
  return date.format(at);
}
