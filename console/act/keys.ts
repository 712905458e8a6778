/** The keyboard: finds the action that a key means here. */

import { ACTIONS, type Action } from "./actions.ts";
import { FIELDS } from "./fields.ts";
import type { Reach } from "./reach.ts";

/** The second key of two comes within this, or is a first one. */
const TOGETHER = 1_200;

/** What a box, a radio, a switch or a slider does something with itself. */
const TURNS = /^(?: |Enter|Arrow.+|Home|End|Page.+)$/;

/** The action for these keys among those that are possible now. */
export function actionFor(keys: string, is_possible: (action: Action) => boolean): Action | undefined {
  return ACTIONS.find((action) => action.keys.includes(keys) && is_possible(action));
}

const isBeginning = (key: string): boolean => ACTIONS.some((action) => action.keys.some((keys) => keys.startsWith(`${key} `)));

/** Listens until the returned function is called. */
export function listen(reach: Reach): () => void {
  let first: { key: string; at: number } | null = null;

  function keysOf(event: KeyboardEvent): string {
    const is_second = first !== null && event.timeStamp - first.at < TOGETHER;
    return is_second ? `${first?.key} ${event.key}` : event.key;
  }

  function press(event: KeyboardEvent): void {
    if (event.isComposing || event.defaultPrevented) return;
    const target = event.target as Element;
    if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "k") {
      event.preventDefault();
      reach.overlay.value = reach.overlay.value?.kind === "palette" ? null : { kind: "palette" };
      return;
    }
    // A window over the page has keys of its own.
    if (event.ctrlKey || event.metaKey || event.altKey || reach.overlay.value !== null || target.closest("dialog") !== null) return;
    if (target.matches(FIELDS)) {
      if (event.key === "Escape") (target as HTMLElement).blur();
      return;
    }
    // A focused control does what it says.
    if (event.key === "Enter" && target.closest("button, a, summary") !== null) return;
    if (TURNS.test(event.key) && target.matches("input")) return;
    if (event.key.startsWith("Arrow") && target.closest(".cards") === null) return;
    const keys = keysOf(event);
    first = keys === event.key && isBeginning(event.key) ? { key: event.key, at: event.timeStamp } : null;
    const action = actionFor(keys, (each) => each.isPossible?.(reach) ?? true);
    if (action === undefined) return;
    event.preventDefault();
    action.run(reach);
  }
  addEventListener("keydown", press);
  return () => removeEventListener("keydown", press);
}
