/** The router in plain words. */

import { expect, test } from "vitest";
import type { AssignmentStep, Rule } from "../api/routing.ts";
import { judged, leftOut, passedOver, span, toldRule, toldStep } from "../queue/told.ts";
import { ME } from "./cards.ts";

const rule = (change: Partial<Rule>): Rule => ({ team_id: null, strategy: "manual", offer_seconds: 30, overflow_team_id: null, overflow_seconds: null, ...change });
const step = (change: Partial<AssignmentStep>): AssignmentStep => ({
  id: "s", state: "offered", agent_id: "b", agent_name: "Ben", team_id: null, team_name: "", turn: 1, at: 0, deadline_at: null, answered_at: null, why: {}, ...change,
});

test("a rule is a sentence or three", () => {
  expect(toldRule(rule({}), () => "")).toBe("Nobody is asked: people take what they like.");
  const told = toldRule(rule({ strategy: "round_robin", offer_seconds: 45, overflow_team_id: "t", overflow_seconds: 300 }), () => "Billing");
  expect(told).toBe("Offered to one after the other, so that everybody gets as many. An offer stands for 45 seconds. After 5 minutes it goes over to Billing.");
  expect([60, 90, 7_200].map(span)).toEqual(["1 minute", "90 seconds", "2 hours"]);
});

test("whoever was left out is named with the reason, those of one reason together", () => {
  const all = [
    { agent_id: "b", name: "Ben", obstacle: "full", load: 4, max_load: 4 },
    { agent_id: "m", name: "Maya", obstacle: "away" },
    { agent_id: "a", name: "Amara", obstacle: "away" },
    { agent_id: "c", name: "Cem", obstacle: "full", load: 2.5, max_load: 3 },
  ] as const;
  expect(leftOut(all)).toEqual(["Ben: at 4 of 4", "Maya and Amara: away", "Cem: at 2.5 of 3"]);
});

test("a candidate is judged by load, language, and who talked last", () => {
  expect(judged({ agent_id: "b", name: "Ben", load: 1, max_load: 4 })).toBe("carries 1 of 4");
  const told = judged({ agent_id: "b", name: "Ben", load: 0.5, max_load: 4, speaks: true, is_last_agent: true, skill: 3 });
  expect(told).toBe("carries 0.5 of 4 · speaks the language · talked with them last · skill 3");
});

test("each step says who did what, and a refusal why", () => {
  const states = ["offered", "accepted", "declined", "expired", "withdrawn", "taken", "released"] as const;
  expect(states.map((state) => toldStep(step({ state }), ME))).toEqual([
    "Offered to Ben", "Ben accepted", "Ben declined", "Ben did not answer", "The offer to Ben was withdrawn", "Ben took it", "Ben gave it back",
  ]);
  const chosen = (choice: object) => toldStep(step({ state: "taken", agent_name: "Bill", why: { choice } }), ME);
  expect(chosen({ by: "keyword", keyword: "refund" })).toBe("Bill took it, as the visitor said “refund”");
  expect([chosen({ by: "triage" }), chosen({})]).toEqual(["Bill took it, as it sorts what comes", "Bill took it"]);
  const why = { choice: { agent_id: null, by: "", passed_over: [
    { agent_id: "r", name: "Robbie", because: "away" }, { agent_id: "s", name: "Stan", because: "full" }, { agent_id: "t", name: "Trish", because: "away" },
  ] } };
  expect(toldStep(step({ state: "released", agent_id: null, agent_name: "", why }), ME)).toBe("No bot could have it");
  expect(passedOver(why)).toEqual(["Robbie and Trish: not there", "Stan: carries enough"]);
  expect(passedOver({})).toEqual([]);
  expect(toldStep(step({ state: "declined", agent_id: ME, why: { reason: "at lunch" } }), ME)).toBe("You declined: at lunch");
});
