/** What the channel's settings say; the server puts them into the page, so that it is drawn right from the start. */

import type { Uuid } from "../../client/src/protocol.ts";
import { speak } from "./words.ts";

export interface Face {
  readonly id: Uuid | null;
  readonly name: string;
  /** On our own origin; null where there is none. */
  readonly picture: string | null;
}

/** A colour for light and one for dark. */
type Pair = readonly [string, string];

export interface Settings {
  readonly organization_name: string;
  /** One of ours; `auto` was settled by the server. */
  readonly language: string;
  readonly is_rtl: boolean;
  readonly theme: "light" | "dark" | "auto";
  /** The text on each of them can be read; the server sees to it. */
  readonly palette: { readonly accent: Pair; readonly on_accent: Pair; readonly accent_ink: Pair };
  readonly greeting: string;
  readonly starters: readonly string[];
  readonly away_text: string;
  /** Some of those who answer; none where the company does not show them. */
  readonly team: readonly Face[];
  /** Half of the first answers of the last days came within so many seconds; null where there were too few. */
  readonly answers_within: number | null;
  /** In the order of the English ones. */
  readonly words: readonly string[];
}

export const readSettings = (): Settings => JSON.parse(document.documentElement.dataset["settings"] ?? "") as Settings;

/** Gives the page its language, direction, theme and colours. */
export function dress({ palette, theme, language, is_rtl, words }: Settings): void {
  const root = document.documentElement;
  speak(language, words);
  root.lang = language;
  root.dir = is_rtl ? "rtl" : "ltr";
  root.dataset["theme"] = theme;
  for (const [name, [light, dark]] of Object.entries(palette)) {
    root.style.setProperty(`--${name.replace("_", "-")}`, `light-dark(${light},${dark})`);
  }
}
