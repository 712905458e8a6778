/** Decisions as sentences: who did what to a conversation. */

import type { Decision, Sender, Uuid } from "../../client/src/protocol.ts";
import { requested } from "./handed.ts";
import { factName, factTold } from "../shared/facts.ts";
import { priorityName } from "../shared/PriorityMark.tsx";

/** "Jonas took the conversation"; `it` says what it is called. */
export function happened(decision: Decision, me: Uuid, it = "the conversation"): string {
  const who = nameOf(decision.sender, me);
  switch (decision.type) {
    case "conversation_started":
      return `${who} started ${it}`;
    case "conversation_taken":
      return `${decision.agent_id === me ? "You" : isolated(decision.agent_name) || "Somebody"} took ${it}`;
    case "conversation_offered":
      return `${it} was offered to ${decision.agent_id === me ? "you" : isolated(decision.agent_name)}`;
    case "offer_ended": {
      const asked = decision.agent_id === me ? "You" : isolated(decision.agent_name);
      const reason = decision.reason ? `: ${isolated(decision.reason)}` : "";
      return decision.outcome === "declined" ? `${asked} declined ${it}${reason}` : `${asked} did not answer the offer`;
    }
    case "conversation_released":
      if (decision.previous_agent_id == null) return `${who} put ${it} into the queue`;
      return `${who} gave ${it} back`;
    case "handoff_requested":
      return requested(decision, who, me, it);
    case "conversation_assigned":
      return assigned(decision, who, me, it);
    case "agent_joined":
      return `${decision.agent_id === me ? "You" : isolated(decision.agent_name)} joined`;
    case "agent_left":
      return `${decision.agent_id === me ? "You" : isolated(decision.agent_name)} left`;
    case "conversation_tagged":
      return tagged(decision.added ?? [], decision.removed ?? [], who);
    case "attributes_set": {
      const { attributes = {}, contact_attributes = {} } = decision;
      const facts = Object.entries({ ...contact_attributes, ...attributes }).map(([name, value]) => isolated(`${factName(name)}: ${value === null ? "nothing" : factTold(value)}`));
      return `${who} noted ${facts.join(", ")}`;
    }
    case "conversation_prioritized":
      return `${who} set the priority to ${priorityName(decision.priority).toLowerCase()}`;
    case "conversation_classified": {
      const { interaction_type_name: about = "" } = decision;
      return about === "" ? `${who} took back what ${it} is about` : `${who} said what ${it} is about: ${isolated(about)}`;
    }
    case "conversation_closed":
      return `${who} closed ${it}`;
    case "conversation_reopened":
      return decision.sender.kind === "contact" ? `${who} wrote again, which opened ${it}` : `${who} reopened ${it}`;
    default:
      // A newer server may decide what this console does not know yet.
      return `${who} changed ${it}`;
  }
}

type Assigned = Decision & { readonly type: "conversation_assigned" };

function assigned(decision: Assigned, who: string, me: Uuid, it: string): string {
  const { agent_id = null, agent_name = "", team_name = "" } = decision;
  if (agent_id === null) return `${who} assigned ${it} to ${isolated(team_name) || "a team"}`;
  if (agent_id === decision.sender.id) return `${who} took ${it}`;
  const to = agent_id === me ? "you" : isolated(agent_name) || "somebody";
  return `${who} assigned ${it} to ${to}${team_name === "" ? "" : ` in ${isolated(team_name)}`}`;
}

function tagged(added: readonly string[], removed: readonly string[], who: string): string {
  const parts = [
    ...(added.length > 0 ? [`added ${quoted(added)}`] : []),
    ...(removed.length > 0 ? [`removed ${quoted(removed)}`] : []),
  ];
  return `${who} ${parts.join(" and ") || "changed the tags"}`;
}

const quoted = (tags: readonly string[]): string => tags.map((each) => `“${isolated(each)}”`).join(", ");

/** A name from right to left keeps to itself, so that it does not turn the sentence round. */
export const isolated = (name: string): string => (/[\u0590-\u08ff\ufb1d-\ufefc]/.test(name) ? `\u2068${name}\u2069` : name);

function nameOf(sender: Sender, me: Uuid): string {
  if (sender.id === me) return "You";
  if (sender.name) return isolated(sender.name);
  switch (sender.kind) {
    case "contact":
      return "The visitor";
    case "bot":
      return "A bot";
    case "member":
      return "Somebody";
    case "system":
      return "The system";
  }
}
