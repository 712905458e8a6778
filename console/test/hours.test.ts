/** A plan as the form has it, and back. */

import { expect, test } from "vitest";
import { isOvernight, saved, shown, usualPlan, withHoliday, withSpan } from "../settings/hours/plan.ts";

test("the midnight that ends a day is 00:00 in the form and 24:00 for the server", () => {
  const plan = { ...usualPlan("UTC"), weekly: [[["00:00", "24:00"]], [["22:00", "06:00"]], [], [], [], [], []] } as const;
  expect(shown(plan).weekly[0]).toEqual([["00:00", "00:00"]]);
  expect(saved(shown(plan))).toEqual(plan);
  expect(isOvernight(["00:00", "00:00"])).toBe(false);
  expect(isOvernight(["22:00", "06:00"])).toBe(true);
});

test("more times begin an hour after the last ones", () => {
  expect(withSpan([])).toEqual([["09:00", "17:00"]]);
  expect(withSpan([["08:30", "12:15"]])).toEqual([["08:30", "12:15"], ["13:15", "17:15"]]);
  expect(withSpan([["12:00", "22:00"]])[1]).toEqual(["23:00", "03:00"]);
});

test("another date is the day after the last one", () => {
  const holidays = withHoliday(withHoliday([], "2026-12-30"), "2026-12-30");
  expect(holidays.map(({ date }) => date)).toEqual(["2026-12-31", "2027-01-01"]);
});
