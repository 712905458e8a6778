/** The figures of one contact in few words. */

import type { Interaction } from "../api/interactions.ts";

/** 8 s, 3 min, 1 h 20 min: two units at most, and nothing that is not there. */
export function spent(seconds: number): string {
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  return rest === 0 || hours >= 10 ? `${hours} h` : `${hours} h ${rest} min`;
}

/** "Live chat, escalated", "Bot", "Given up" */
export function outcomeOf({ mode, status, escalated_to_human }: Interaction): string {
  if (status === "abandoned") return "Not answered";
  const by = mode === "bot" ? "Bot" : "Live chat";
  return [by, escalated_to_human && "from a bot", status === "open" && "going on"].filter(Boolean).join(", ");
}

/** What was waited and who took how long, without what took no time at all. */
export function figuresOf({ queue_seconds, bot_seconds, human_seconds, transfer_count, primary_agent_name }: Interaction): readonly (readonly [string, string])[] {
  return [
    ["Waited", spent(queue_seconds)] as const,
    ...(bot_seconds > 0 ? [["Bot", spent(bot_seconds)] as const] : []),
    ...(human_seconds > 0 ? [["People", spent(human_seconds)] as const] : []),
    ...(transfer_count > 0 ? [["Passed on", transfer_count === 1 ? "once" : `${transfer_count} times`] as const] : []),
    ...(primary_agent_name !== "" ? [["By", primary_agent_name] as const] : []),
  ];
}
