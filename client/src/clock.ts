/** Moments and spans as people read them: in the language of the face, the way the browser's own region writes it. */

import type { Milliseconds } from "./protocol.ts";

const DAY = 86_400_000;

const REGION = /^\w+(?:-\w{4})?-(\w\w|\d{3})\b/;

/** A language as the first region among these writes it: English is spoken, and the clock is read, in several countries. */
export function localeFor(language: string, asked: readonly string[]): string {
  const region = asked.map((each) => REGION.exec(each)?.[1]).find(Boolean);
  return region === undefined ? language : `${language}-${region}`;
}

// Node 20 has no navigator.
const asked = globalThis.navigator?.languages ?? [];
let language = localeFor("en", asked);

/** From here on times are told in this language. */
export function tellTimesIn(name: string): void {
  language = localeFor(name, asked);
  clock = clockIn();
}

/** In which language times are told, and as which region writes it. */
export const spoken = (): string => language;

const clockIn = () => new Intl.DateTimeFormat(language, { hour: "numeric", minute: "2-digit" });
let clock = clockIn();

/** 14:05, or 2:05 PM where people say so */
export const clockTime = (at: Milliseconds): string => clock.format(at);

/** Today, yesterday, or Monday, 3 March */
export function dayName(at: Milliseconds, now: Milliseconds): string {
  const midnight = new Date(now).setHours(0, 0, 0, 0);
  const days = Math.round((new Date(at).setHours(0, 0, 0, 0) - midnight) / DAY);
  const name =
    Math.abs(days) < 2
      ? new Intl.RelativeTimeFormat(language, { numeric: "auto" }).format(days, "day")
      : new Intl.DateTimeFormat(language, { weekday: "long", day: "numeric", month: "long" }).format(at);
  return name.charAt(0).toUpperCase() + name.slice(1);
}

/** 4 minutes, 2 hours, 3 days */
export function lasting(minutes: number): string {
  const [count, unit] = minutes < 60 ? [minutes, "minute"] : minutes < 1440 ? [minutes / 60, "hour"] : [minutes / 1440, "day"];
  const style = { style: "unit", unit, unitDisplay: "long", maximumFractionDigits: 0 } as const;
  return new Intl.NumberFormat(language, style).format(Math.max(1, count));
}
