/** The router in plain words: how a queue is worked, what happened with an offer, and why somebody was asked or not. */

import type { AssignmentStep, LeftOut, Ranked, Rule } from "../api/routing.ts";
import { isolated } from "../thread/decisions.ts";

export const STRATEGIES: readonly { readonly value: Rule["strategy"]; readonly label: string; readonly told: string }[] = [
  { value: "manual", label: "By hand", told: "Nobody is asked: people take what they like." },
  { value: "least_busy", label: "Least busy", told: "Offered to whoever carries the least, measured by what each can carry." },
  { value: "round_robin", label: "In turn", told: "Offered to one after the other, so that everybody gets as many." },
  { value: "last_agent", label: "Who knows them", told: "Offered to whoever talked with the visitor last, else to whoever carries the least." },
];

export const strategyName = (strategy: Rule["strategy"]): string => STRATEGIES.find(({ value }) => value === strategy)?.label ?? strategy;

/** 45 seconds, 5 minutes, 1 hour */
export function span(seconds: number): string {
  const [count, unit] = seconds % 3600 === 0 ? [seconds / 3600, "hour"] : seconds % 60 === 0 ? [seconds / 60, "minute"] : [seconds, "second"];
  return new Intl.NumberFormat("en", { style: "unit", unit, unitDisplay: "long" }).format(count);
}

export function toldRule(rule: Rule, teamName: (id: string) => string): string {
  const how = STRATEGIES.find(({ value }) => value === rule.strategy)?.told ?? "";
  const stands = rule.strategy === "manual" ? "" : ` An offer stands for ${span(rule.offer_seconds)}.`;
  if (rule.overflow_team_id === null || rule.overflow_seconds === null) return how + stands;
  return `${how}${stands} After ${span(rule.overflow_seconds)} it goes over to ${teamName(rule.overflow_team_id)}.`;
}

/** Numbers of load without a trailing zero: 2, 2.5 */
const load = (value: number): string => value.toLocaleString("en", { maximumFractionDigits: 2 });

/** "carries 1 of 4 · speaks the language · talked with them last" */
export function judged({ load: carries, max_load, speaks = false, is_last_agent = false, skill = 0, priority = 0 }: Ranked): string {
  return [
    `carries ${load(carries)} of ${load(max_load)}`,
    speaks && "speaks the language",
    is_last_agent && "talked with them last",
    skill > 0 && `skill ${skill}`,
    priority !== 0 && `preferred by ${priority}`,
  ].filter(Boolean).join(" · ");
}

const listed = new Intl.ListFormat("en", { type: "conjunction" });

/** "Ben: at 4 of 4", "Maya and Amara: away": those of one reason together, in the order in which the reasons come. */
export function leftOut(all: readonly LeftOut[]): readonly string[] {
  const names = new Map<string, string[]>();
  for (const each of all) names.set(obstacle(each), [...(names.get(obstacle(each)) ?? []), isolated(each.name)]);
  return [...names].map(([told, of]) => `${listed.format(of)}: ${told}`);
}

function obstacle({ obstacle: what, load: carries = 0, max_load = 0 }: Pick<LeftOut, "obstacle" | "load" | "max_load">): string {
  switch (what) {
    case "offline":
      return "not there";
    case "away":
      return "away";
    case "busy":
      return "busy";
    case "full":
      return max_load > 0 ? `at ${load(carries)} of ${load(max_load)}` : "carries enough";
    case "kept":
      return "keeps the place for somebody who waits longer";
    case "skill":
      return "lacks a skill it needs";
    case "declined":
      return "declined it";
    case "unanswered":
      return "did not answer";
  }
}

/** Why a bot was chosen: ", as the visitor said “refund”" */
function toldChoice(choice: unknown): string {
  const { by, keyword } = (choice ?? {}) as { by?: string; keyword?: string };
  switch (by) {
    case "keyword":
      return `, as the visitor said “${keyword ?? ""}”`;
    case "default":
      return ", as it answers here first";
    case "triage":
      return ", as it sorts what comes";
    case "called":
      return ", as it was asked for";
    default:
      return "";
  }
}

interface PassedOver {
  readonly name?: string;
  readonly because: "away" | "full" | "unhealthy" | "held";
}

const OBSTACLES: Readonly<Record<PassedOver["because"], string>> = {
  away: "not there",
  full: "carries enough",
  unhealthy: "failed of late",
  held: "had it already",
};

/** "Robbie: not there": the bots that could not have it, those of one reason together. */
export function passedOver(why: AssignmentStep["why"]): readonly string[] {
  const { passed_over = [] } = (why["choice"] ?? {}) as { passed_over?: readonly PassedOver[] };
  const names = new Map<string, string[]>();
  for (const { name = "", because } of passed_over) names.set(OBSTACLES[because], [...(names.get(OBSTACLES[because]) ?? []), isolated(name) || "A bot"]);
  return [...names].map(([told, of]) => `${listed.format(of)}: ${told}`);
}

/** "Ben declined: at lunch" */
export function toldStep(step: AssignmentStep, me: string): string {
  const is_me = step.agent_id === me;
  const who = is_me ? "You" : step.agent_name || "Somebody";
  const whom = is_me ? "you" : step.agent_name || "somebody";
  switch (step.state) {
    case "offered":
      return `Offered to ${whom}`;
    case "accepted":
      return `${who} accepted`;
    case "declined": {
      const { reason } = step.why;
      return `${who} declined${typeof reason === "string" && reason !== "" ? `: ${reason}` : ""}`;
    }
    case "expired":
      return `${who} did not answer`;
    case "withdrawn":
      return `The offer to ${whom} was withdrawn`;
    case "taken":
      return `${who} took it${toldChoice(step.why["choice"])}`;
    case "released":
      if (step.why["choice"] !== undefined) return "No bot could have it";
      return `${who} gave it back`;
  }
}
