/** Which key sends: Enter, or Ctrl-Enter for those who write long answers. */

import { signal } from "@preact/signals";
import { recall, remember } from "./keep.ts";

export type SendsWith = "enter" | "ctrl-enter";

const NAME = "frontdesk:sends-with";

export const sends_with = signal<SendsWith>(recall<SendsWith>(NAME, "enter"));

export function chooseSending(next: SendsWith): void {
  sends_with.value = next;
  remember(NAME, next);
}
