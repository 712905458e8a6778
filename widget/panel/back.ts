/** When somebody is back, in the words and the time zone of the visitor; loaded outside business hours only. */

import { spoken } from "../../client/src/clock.ts";
import type { Milliseconds } from "../../client/src/protocol.ts";
import type { Settings } from "./settings.ts";

/** For the whole, with day and time; and what stands before the name of a day. They stay out of the panel's page. */
const WORDS: Record<Settings["language"], readonly [whole: string, day: string]> = {
  en: ["We are back {} at {}", "on {}"],
  de: ["Wir sind {} um {} wieder da", "am {}"],
  fr: ["De retour {} à {}", "{}"],
  es: ["Volvemos {} a las {}", "el {}"],
  ar: ["نعود {} الساعة {}", "يوم {}"],
};

/** Today, tomorrow, on Monday, and later with the date; nothing where nobody knows. */
export function back(at: Milliseconds | null | undefined, now = Date.now(), locale = spoken()): string | undefined {
  if (at == null) return undefined;
  const midnight = (moment: Milliseconds): Milliseconds => new Date(moment).setHours(0, 0, 0, 0);
  const days = Math.round((midnight(at) - midnight(now)) / 86_400_000);
  const [whole, before] = WORDS[locale.split("-")[0] as Settings["language"]];
  const date = days < 7 ? {} : ({ day: "numeric", month: "long" } as const);
  const day =
    days < 2
      ? new Intl.RelativeTimeFormat(locale, { numeric: "auto" }).format(days, "day")
      : before.replace("{}", new Intl.DateTimeFormat(locale, { weekday: "long", ...date }).format(at));
  const time = new Intl.DateTimeFormat(locale, { hour: "numeric", minute: "2-digit" }).format(at);
  return whole.replace("{}", day).replace("{}", time);
}
