/** Lines of the audit log, as sentences that somebody reads who was not there. */

import { expect, test } from "vitest";
import { changesOf } from "../settings/audit/changes.ts";
import { actorOf, toldOf, type Line } from "../settings/audit/told.ts";

const MAYA = "01a202a7-4dfd-7a9b-ada3-a9fea559e93c";

function sentence(line: Partial<Line>): string {
  const whole: Line = { action: "update", entity_type: "channel", entity_id: null, entity_name: "", event: "", actor_id: MAYA, actor_type: "user", actor_name: "Maya", address: "", changes: {}, ...line };
  const { before, name, after } = toldOf(whole);
  return `${actorOf(whole)} ${before}${name}${after}`;
}

test("coming and going tells from where", () => {
  expect(sentence({ action: "login", entity_type: "auth_token", event: "session_opened", address: "127.0.0.1" })).toBe("Maya logged in from 127.0.0.1");
  expect(sentence({ action: "login", entity_type: "app_user", event: "login_refused", address: "::1" })).toBe("Maya typed a wrong password from ::1");
  expect(sentence({ action: "logout", entity_type: "auth_token", event: "session_ended" })).toBe("Maya logged out");
  expect(sentence({ action: "login", entity_type: "auth_token", event: "login_by_magic", address: "::1" })).toBe("Maya logged in from ::1");
});

test("who is invited, added or leaves is named with the role", () => {
  const role = { role: [null, "agent"], team_ids: [null, []] };
  expect(sentence({ action: "create", entity_type: "invitation", entity_name: "jonas@people.example", changes: role })).toBe("Maya invited jonas@people.example as agent");
  expect(sentence({ action: "create", entity_type: "invitation", changes: role })).toBe("Maya invited somebody as agent");
  expect(sentence({ action: "create", entity_type: "member", entity_name: "Jonas", changes: role })).toBe("Maya added Jonas as agent");
  expect(sentence({ action: "create", entity_type: "member", entity_id: MAYA, entity_name: "Maya", changes: { role: [null, "owner"] } })).toBe("Maya joined as owner");
  expect(sentence({ entity_type: "member", entity_name: "Jonas", changes: { role: ["agent", "admin"] } })).toBe("Maya changed the role of Jonas: Agent → Admin");
  expect(sentence({ entity_type: "member", entity_name: "Jonas", changes: { is_active: [true, false] } })).toBe("Maya deactivated Jonas");
});

test("hours and skills are told without what they are", () => {
  const week = { weekly: [[[]], [[["09:00", "17:00"]]]], timezone: ["UTC", "Asia/Tokyo"] };
  expect(sentence({ entity_type: "business_hours", changes: week })).toBe("Maya changed the week and the time zone of the business hours");
  expect(sentence({ entity_type: "agent", entity_name: "Jonas", event: "skills_changed", changes: { skills: [[], []] } })).toBe("Maya changed the skills of Jonas");
});

test("a changed thing is told with what it was and is, as long as that is short", () => {
  expect(sentence({ entity_name: "Online shop", changes: { name: ["A", "B"] } })).toBe("Maya changed the name of the channel Online shop: A → B");
  expect(sentence({ entity_name: "Shop", changes: { widget_config: [{ color: "#111", greeting: "Hi" }, { color: "#222", greeting: "Hi" }] } })).toBe("Maya changed the colour of the channel Shop: #111 → #222");
  expect(sentence({ entity_name: "Shop", changes: { name: ["A", "B"], is_active: [true, false] } })).toBe("Maya changed the name and the state of the channel Shop");
  expect(sentence({ entity_name: "Shop", changes: { widget_config: [{}, { color: "#222", greeting: "Hi", theme: "dark" }] } })).toBe("Maya changed 3 settings of the channel Shop");
  expect(sentence({ entity_name: "Shop", changes: { description: ["", "x".repeat(90)] } })).toBe("Maya changed the description of the channel Shop");
  expect(sentence({ entity_type: "agent", entity_id: MAYA, entity_name: "Maya", changes: { name: ["***", "***"] } })).toBe("Maya changed the name of their profile");
});

test("what is gone, and what no person did, has a sentence too", () => {
  expect(sentence({ action: "delete", entity_type: "identity_key" })).toBe("Maya removed an identity key");
  expect(sentence({ action: "create", entity_type: "contact", entity_name: "Visitor 0B02", actor_id: null, actor_type: "system", actor_name: "" })).toBe("Frontdesk noted the contact Visitor 0B02");
  expect(sentence({ action: "read", entity_type: "audit_log", actor_name: "" })).toBe("Somebody who is gone looked at the audit log");
  expect(sentence({ action: "create", entity_type: "rate_plan" })).toBe("Maya made a rate plan");
});

test("behind a line stands each field that differs, and nothing that is kept out of the log", () => {
  const changes = { name: [null, "***"], meta: [null, {}], is_primary: [null, false], default_team_id: [null, MAYA], tags: [["a"], ["a", "b"]] };
  expect(changesOf(changes, () => "Plants").map(({ label, before, after, is_hidden }) => [label, before, after, is_hidden])).toEqual([
    ["name", "", "", true],
    ["primary", "", "no", false],
    ["default team", "", "Plants", false],
    ["tags", "a", "a, b", false],
  ]);
});
