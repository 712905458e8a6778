/** A plan as the form has it: the server's, but for the midnight that ends a day, which a field for times calls 00:00. */

import type { Holiday, HoursPlan } from "../../api/hours.ts";

export type Span = readonly [from: string, to: string];
export type Spans = readonly Span[];

export const DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"] as const;
export const MOST_SPANS = 8;
const USUAL: Span = ["09:00", "17:00"];

/** What somebody begins with who has no hours yet: Monday to Friday. */
export const usualPlan = (timezone: string): HoursPlan => ({
  timezone, weekly: DAYS.map((_, day) => (day < 5 ? [USUAL] : [])), holidays: [],
});

/** One more span: the usual one, or one that begins when the last one has ended. */
export function withSpan(spans: Spans): Spans {
  const [, ended] = spans.at(-1) ?? [];
  if (ended === undefined) return [USUAL];
  const hour = (more: number): string => `${String((Number(ended.slice(0, 2)) + more) % 24).padStart(2, "0")}:${ended.slice(3)}`;
  return [...spans, [hour(1), hour(5)]];
}

/** Whether a span goes on after midnight. */
export const isOvernight = ([from, to]: Span): boolean => to <= from && to !== "00:00";

export const shown = (plan: HoursPlan): HoursPlan => mapped(plan, (to) => (to === "24:00" ? "00:00" : to));
export const saved = (plan: HoursPlan): HoursPlan => mapped(plan, (to) => (to === "00:00" ? "24:00" : to));

function mapped(plan: HoursPlan, end: (to: string) => string): HoursPlan {
  const spans = (known: Spans): Spans => known.map(([from, to]) => [from, end(to)]);
  return { ...plan, weekly: plan.weekly.map(spans), holidays: plan.holidays.map((each) => ({ ...each, spans: spans(each.spans) })) };
}

/** The day after the last one that is there, or today. */
export function withHoliday(holidays: readonly Holiday[], today: string): readonly Holiday[] {
  const last = holidays.map(({ date }) => date).sort().at(-1) ?? "";
  const next = new Date(`${last > today ? last : today}T12:00:00Z`);
  next.setUTCDate(next.getUTCDate() + 1);
  return [...holidays, { date: next.toISOString().slice(0, 10), name: "", spans: [] }];
}
