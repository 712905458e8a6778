/** What a visitor's browser remembers between visits; where it may remember nothing, the page does. */

import type { WidgetSession } from "../../client/src/api.ts";
import type { Uuid } from "../../client/src/protocol.ts";

export interface Kept {
  readonly session: WidgetSession;
  readonly conversation_id: Uuid | null;
  /** The number up to which the person has read. */
  readonly read_upto: number;
}

export interface Keep {
  get(): Kept | null;
  set(kept: Kept): void;
}

export function createKeep(widget_key: string): Keep {
  const name = `frontdesk:${widget_key}`;
  let kept = read(name);
  return {
    get: () => kept,
    set(next) {
      kept = next;
      try {
        localStorage.setItem(name, JSON.stringify(next));
      } catch {
        // A browser that blocks storage: this page remembers, the next one does not.
      }
    },
  };
}

const TEXT = "frontdesk:text";

/** What was half written in this tab. */
export function getText(): string {
  try {
    return sessionStorage.getItem(TEXT) ?? "";
  } catch {
    return "";
  }
}

export function putText(text: string): void {
  try {
    sessionStorage.setItem(TEXT, text);
  } catch {
    // As above: a half-written line goes with the page, and nothing else.
  }
}

function read(name: string): Kept | null {
  try {
    return JSON.parse(localStorage.getItem(name) ?? "null") as Kept | null;
  } catch {
    return null;
  }
}
