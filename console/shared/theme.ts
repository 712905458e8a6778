/** Dark, light, or as the system has it: kept in this browser, because a screen's light belongs to the place it is in. */

import { signal } from "@preact/signals";
import { recall, remember } from "./keep.ts";

export type Theme = "system" | "light" | "dark";

const NAME = "frontdesk:theme";

export const theme = signal<Theme>("system");

export function chooseTheme(next: Theme): void {
  theme.value = next;
  if (next === "system") delete document.documentElement.dataset["theme"];
  else document.documentElement.dataset["theme"] = next;
  remember(NAME, next);
}

export function startTheme(): void {
  const known = recall<string>(NAME, "system");
  if (known === "light" || known === "dark") chooseTheme(known);
}
