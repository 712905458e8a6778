/** Answers to offers: yes opens the conversation, no may say why; both count only before the offer runs out. */

import { signal } from "@preact/signals";
import type { Uuid } from "../../client/src/protocol.ts";
import { writing } from "../act/actions.ts";
import { toldOf } from "../act/decide.ts";
import { go } from "../app/router.ts";
import { pathToConversation } from "../app/routes.ts";
import type { Desk } from "../inbox/desk.ts";
import { sayTrouble } from "../shared/toasts.tsx";
import { offersTo, type Offered } from "./offers.ts";

/** What was answered here and stands still, until the feed takes it away. */
export const answered = signal<ReadonlySet<Uuid>>(new Set());
/** The offer that is about to be declined with a reason. */
export const explaining = signal<Uuid | null>(null);

/** The offer that a key means: the one that runs out first. */
export const firstOffer = (desk: Desk): Offered | undefined =>
  offersTo(desk.inbox.value.cards, desk.me.agent_id).find(({ conversation_id }) => !answered.value.has(conversation_id));

export async function accept(desk: Desk, id: Uuid): Promise<void> {
  if (!(await answer(desk, id, { type: "accept_offer" }))) return;
  go(pathToConversation(id), { list: "mine" });
  writing.value = { conversation_id: id, is_note: false, text: "" };
}

export async function decline(desk: Desk, id: Uuid, reason = ""): Promise<void> {
  if (explaining.value === id) explaining.value = null;
  await answer(desk, id, { type: "decline_offer", reason });
}

async function answer(desk: Desk, id: Uuid, wish: { type: "accept_offer" } | { type: "decline_offer"; reason: string }): Promise<boolean> {
  if (answered.value.has(id)) return false;
  answered.value = new Set([...answered.value, id]);
  const outcome = await desk.decide(wish, id);
  if (outcome.code === "accepted") return true;
  sayTrouble(outcome.code === "conflict" ? "Too late: the offer has run out, or somebody else took the conversation." : toldOf(outcome));
  // A connection that was lost may come back in time.
  if (outcome.code !== "conflict") settle(id);
  return false;
}

/** The offer is gone; the same conversation may be offered again. */
export function settle(...ids: readonly Uuid[]): void {
  if (ids.some((id) => answered.peek().has(id))) answered.value = new Set([...answered.peek()].filter((id) => !ids.includes(id)));
}
