/** How long ago something was: relative up to a day, then dates. */

import type { Milliseconds } from "./protocol.ts";
import { spoken } from "./clock.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const formatsIn = (language: string) => ({
  language,
  date: new Intl.DateTimeFormat(language, { day: "numeric", month: "short" }),
  relative: new Intl.RelativeTimeFormat(language, { numeric: "auto", style: "narrow" }),
});
let formats: ReturnType<typeof formatsIn> | undefined;

/** now, 3 min, 2 h, 3 Mar */
export function shortAge(at: Milliseconds, now: Milliseconds): string {
  if (formats === undefined || formats.language !== spoken()) formats = formatsIn(spoken());
  const { date, relative } = formats;
  const age = Math.max(0, now - at);
  if (age < MINUTE) return relative.format(0, "second");
  if (age < HOUR) return relative.format(-Math.floor(age / MINUTE), "minute");
  if (age < DAY) return relative.format(-Math.floor(age / HOUR), "hour");
  return date.format(at);
}
