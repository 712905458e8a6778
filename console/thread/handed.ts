/** Hand-overs in words: why somebody else is asked for, and whom; in a thread both of its entries are one line. */

import type { HandoffReason, HandoffRequested, Uuid } from "../../client/src/protocol.ts";
import type { EventRow, Row } from "../../client/src/rows.ts";
import { isolated } from "./decisions.ts";

/** "Maya hands it over", "The visitor asked for a person". */
export function whyHanded(reason_code: HandoffReason, from: string): string {
  const who = isolated(from) || "The bot";
  switch (reason_code) {
    case "transfer":
      return `${isolated(from) || "Somebody"} hands it over`;
    case "user_request":
      return "The visitor asked for a person";
    case "keyword":
      return "The visitor said a word that is for people";
    case "sentiment":
      return "The visitor sounds upset";
    case "low_confidence":
      return `${who} was not sure of the answer`;
    case "tool_failure":
      return `${who} could not use a tool`;
    case "no_answer":
      return `${who} had no answer`;
    case "timeout":
      return `${who} did not answer in time`;
    case "policy":
      return `${who} leaves this to people`;
  }
}

/** "Maya asked you to take over the conversation: she wants a refund" */
export function requested(asked: HandoffRequested, who: string, me: Uuid, it: string): string {
  const { reason_code, to_agent_id = null, to_agent_name = "", to_team_name = "", reason = "" } = asked;
  const note = reason === "" ? "" : `: ${isolated(reason)}`;
  const to = to_agent_id === me ? "you" : isolated(to_agent_name || to_team_name);
  if (reason_code !== "transfer") return `${whyHanded(reason_code, asked.sender.kind === "bot" ? (asked.sender.name ?? "") : "")}${note}`;
  if (to === "") return `${who} asked for somebody else${note}`;
  const is_asked = to_agent_id !== null && asked.status !== "assigned";
  return is_asked ? `${who} asked ${to} to take over ${it}${note}` : `${who} handed ${it} to ${to}${note}`;
}

/** Without what visitors see of it, where the team's own line follows and says more. */
export function withHandoffs(rows: readonly Row[]): readonly Row[] {
  const found: Row[] = [];
  for (const row of rows) {
    const before = found.at(-1);
    if (isRequest(row) && before !== undefined && isItsRelease(before)) found[found.length - 1] = { ...row, starts_day: before.starts_day };
    else found.push(row);
  }
  return found;
}

const isRequest = (row: Row): row is EventRow => row.kind === "event" && row.line.decision.type === "handoff_requested";

const isItsRelease = (row: Row): boolean =>
  row.kind === "event" && (row.line.decision.type === "conversation_released" || row.line.decision.type === "conversation_assigned");
