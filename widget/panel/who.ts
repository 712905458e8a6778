/** Who answers, by what is here of a conversation: whoever took it last, and whoever joined. */

import type { Line } from "../../client/src/lines.ts";
import type { Decision, Sender, Uuid } from "../../client/src/protocol.ts";
import type { Face } from "./settings.ts";

export const isOwn = (sender: Sender): boolean => sender.kind === "contact";

export const faceOf = ({ id, name, kind }: { id?: Uuid | null; name?: string; kind?: Sender["kind"] }): Face => ({
  id: id ?? null, name: name ?? "", picture: id == null ? null : `/portraits/${id}.svg${kind === "bot" ? "?of=bot" : ""}`, is_bot: kind === "bot",
});

/** Whoever came last to answer, where that is in what is here; else whoever of the team spoke last. */
export function holderOf(lines: readonly Line[]): Face | null {
  const came = lines.findLast((line) => line.kind === "event" && holds(line.decision));
  const held = came?.kind === "event" && holds(came.decision) ? came.decision : null;
  const last = lines.findLast((line) => line.kind === "message" && !isOwn(line.sender) && (!held || line.sender.id === held.agent_id));
  const sender = last?.kind === "message" ? last.sender : null;
  // Whoever has what a visitor begins is a bot; of others their words tell.
  const kind = held?.type === "conversation_started" && isOwn(held.sender) ? "bot" : sender?.kind;
  return held ? faceOf({ id: held.agent_id ?? null, name: held.agent_name ?? "", ...(kind && { kind }) }) : sender && faceOf(sender);
}

type Holding = Extract<Decision, { readonly type: "conversation_started" | "conversation_reopened" | "conversation_taken" | "conversation_assigned" }>;

/** Whoever joins is named as well, and holds nothing. */
const holds = (decision: Decision): decision is Holding =>
  "agent_name" in decision && !decision.type.startsWith("agent_") && Boolean(decision.agent_name);

/** Whoever joined and has not left, nor taken it over, nor seen it closed. */
export function besideOf(lines: readonly Line[]): readonly Face[] {
  const here = new Map<Uuid, Face>();
  for (const line of lines) {
    if (line.kind === "message") continue;
    const { decision } = line;
    if (decision.type === "agent_joined") here.set(decision.agent_id, faceOf({ id: decision.agent_id, name: decision.agent_name }));
    else if (decision.type === "conversation_closed") here.clear();
    else if ("agent_id" in decision) here.delete(decision.agent_id ?? "");
  }
  return [...here.values()];
}
