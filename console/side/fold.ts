/** Whether the side panel is open: as this person left it, or by the width of the screen. */

import { signal } from "@preact/signals";
import { recall, remember } from "../shared/keep.ts";

const NAME = "frontdesk:side";

export const is_side_open = signal(recall<boolean | null>(NAME, null) ?? innerWidth >= 1200);

export function foldSide(is_open: boolean): void {
  is_side_open.value = is_open;
  // On a small screen the panel covers the thread: that it was looked at once says nothing about the next time.
  if (innerWidth >= 1200) remember(NAME, is_open);
}
