/** The place in line, in the words of the visitor; loaded by whoever has to wait. */

import { lasting, spoken } from "../../client/src/clock.ts";
import type { QueueMoved } from "../../client/src/protocol.ts";
import type { Settings } from "./settings.ts";

/** For whoever comes next, for all others, and before the time. They stay out of the panel's page. */
const WORDS: Record<Settings["language"], readonly [next: string, place: string, about: string]> = {
  en: ["You are next", "You are number {} in line", "about {}"],
  de: ["Sie sind als Nächstes an der Reihe", "Sie sind Nummer {} in der Reihe", "etwa {}"],
  fr: ["C’est bientôt à vous", "Vous êtes en position {}", "environ {}"],
  es: ["Te toca enseguida", "Estás en el puesto {}", "unos {}"],
  ar: ["دورك هو التالي", "أنت رقم {} في الانتظار", "حوالي {}"],
};

/** "You are number 3 in line · about 4 minutes"; never less than a minute, and no time where nobody knows. */
export function line({ place, seconds }: QueueMoved, locale = spoken()): string {
  const [next, numbered, about] = WORDS[locale.split("-")[0] as Settings["language"]];
  const where = place === 1 ? next : numbered.replace("{}", new Intl.NumberFormat(locale).format(place));
  return seconds == null ? where : `${where} · ${about.replace("{}", lasting(Math.max(1, Math.ceil(seconds / 60))))}`;
}
