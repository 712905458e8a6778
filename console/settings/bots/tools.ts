/** The tools of a bot: their order, what the bot says of them, and whether it still has them. */

import type { BotTool, ConfiguredBot } from "../../api/people.ts";

/** The same tools with one of them in another place, and priorities that say so; the highest is offered first. */
export function moved(tools: readonly BotTool[], from: number, to: number): readonly BotTool[] {
  const next = [...tools];
  next.splice(to, 0, ...next.splice(from, 1));
  return next.map((tool, at) => ({ ...tool, priority: next.length - 1 - at }));
}

/** What the bot tells models of it. */
export const ownWords = ({ schema }: BotTool): string => (typeof schema["description"] === "string" ? schema["description"] : "");

/** A bot tells what it has within moments of coming; Postgres may learn a little later that it came. */
const SLACK = 60_000;

export const isGone = (tool: BotTool, bot: ConfiguredBot): boolean =>
  bot.is_connected && bot.seen_at !== null && tool.seen_at !== null && tool.seen_at < bot.seen_at - SLACK;
