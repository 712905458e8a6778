/** What a visitor's browser remembers between visits; where it may remember nothing, the page does. */

import type { VisitorSession } from "../../client/src/rest.ts";
import type { Uuid } from "../../client/src/protocol.ts";

export interface Kept {
  readonly session: VisitorSession;
  /** The conversation that was shown last. */
  readonly conversation_id: Uuid | null;
  /** By conversation: the number up to which the person has read. */
  readonly read: Readonly<Record<Uuid, number>>;
  /** The company's token that this session was given for. */
  readonly jwt?: string;
}

export interface Keep {
  get(): Kept | null;
  set(kept: Kept | null): void;
}

/** So many conversations are remembered as read; the server knows of the others. */
const READ_MOST = 40;

/** `session` for what must not outlive the tab. */
export function createKeep(name: string, place: "localStorage" | "sessionStorage" = "localStorage"): Keep {
  let kept = read(name, place);
  return {
    get: () => kept,
    set(next) {
      kept = next;
      write(name, place, next === null ? null : JSON.stringify(next));
    },
  };
}

export const withRead = (kept: Kept, id: Uuid, upto: number): Kept => ({
  ...kept,
  // The newest ids sort last, and so does the order in which they were read first.
  read: Object.fromEntries([...Object.entries(kept.read), [id, upto] as const].slice(-READ_MOST)),
});

const TEXT = "frontdesk:text";

/** What was half written in this tab. */
export const getText = (): string => recall(TEXT, "sessionStorage") ?? "";
export const putText = (text: string): void => write(TEXT, "sessionStorage", text);

function read(name: string, place: "localStorage" | "sessionStorage"): Kept | null {
  try {
    const kept = JSON.parse(recall(name, place) ?? "null") as Kept | null;
    return kept && { ...kept, read: kept.read ?? {} };
  } catch {
    return null;
  }
}

function recall(name: string, place: "localStorage" | "sessionStorage"): string | null {
  try {
    return window[place].getItem(name);
  } catch {
    return null;
  }
}

function write(name: string, place: "localStorage" | "sessionStorage", text: string | null): void {
  try {
    if (text === null) window[place].removeItem(name);
    else window[place].setItem(name, text);
  } catch {
    // A browser that blocks storage: this page remembers, the next one does not.
  }
}
