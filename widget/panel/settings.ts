/** What the channel's settings say; the server puts them into the page, so that it is drawn right from the start. */

import type { Uuid } from "../../client/src/protocol.ts";
import type { WidgetSettings } from "../../client/src/rest.ts";
import { speak } from "./words.ts";

export type { WidgetSettings as Settings };

/** Somebody to show; of the organization itself there is neither id nor picture. */
export interface Face {
  readonly id: Uuid | null;
  readonly name: string;
  readonly picture: string | null;
  readonly is_bot?: boolean;
}

export const readSettings = (): WidgetSettings => JSON.parse(document.documentElement.dataset["settings"] ?? "") as WidgetSettings;

/** Gives the page its language, direction, theme and colours. */
export function dress({ palette, theme, language, is_rtl, words }: WidgetSettings): void {
  const root = document.documentElement;
  speak(language, words);
  root.lang = language;
  root.dir = is_rtl ? "rtl" : "ltr";
  root.dataset["theme"] = theme;
  for (const [name, [light, dark]] of Object.entries(palette)) {
    root.style.setProperty(`--${name.replace("_", "-")}`, `light-dark(${light},${dark})`);
  }
}
