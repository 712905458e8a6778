/** What a member chose: online, away or busy, and why. The team's picture tells it, whichever device it was chosen on. */

import { signal } from "@preact/signals";
import type { AgentLine, Availability, ShownAvailability } from "../../client/src/protocol.ts";
import { chooseAvailability } from "../api/people.ts";
import type { Desk } from "../inbox/desk.ts";
import { sayTrouble } from "../shared/toasts.tsx";
import { toldOf } from "../shared/words.ts";

export interface Choice {
  readonly availability: Availability;
  readonly reason: string;
}

const WORDS: Readonly<Record<ShownAvailability, string>> = { online: "Online", away: "Away", busy: "Busy", offline: "Offline" };

export const statusWord = (status: ShownAvailability): string => WORDS[status];

/** The server's limit. */
export const LONGEST_REASON = 80;

/** What was chosen here a moment ago, until the feed tells the line that follows `over`. */
const chosen = signal<(Choice & { readonly over: AgentLine | undefined }) | null>(null);

export function choiceOf(desk: Desk): Choice {
  const line = desk.inbox.value.agents[desk.me.agent_id];
  if (chosen.value !== null && chosen.value.over === line) return chosen.value;
  if (line !== undefined) return { availability: line.availability, reason: line.reason ?? "" };
  return { availability: desk.me.availability, reason: desk.me.availability_reason };
}

/** What colleagues see: without a live connection they see nobody here, whatever was chosen. */
export function shownOf(desk: Desk): ShownAvailability {
  return desk.network.value.phase === "live" ? choiceOf(desk).availability : "offline";
}

export async function choose(desk: Desk, availability: Availability, reason: string): Promise<void> {
  const over = desk.inbox.value.agents[desk.me.agent_id];
  const before = chosen.value;
  chosen.value = { availability, reason, over };
  try {
    await chooseAvailability({ availability, availability_reason: reason });
  } catch (error) {
    chosen.value = before;
    sayTrouble(toldOf(error));
  }
}
