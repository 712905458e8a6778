import { expect, test } from "vitest";
import type { CannedResponse } from "../api/chat.ts";
import { askedAt, choose, insert } from "../thread/canned.ts";
import { happened } from "../thread/decisions.ts";
import { fill } from "../thread/variables.ts";

const around = { contact_name: "Vera Sandberg", contact_email: "vera@a.example", agent_name: "Jonas Weber", organization_name: "Lumen" };

const canned = (name: string, shortcut: string | null, change: Partial<CannedResponse> = {}): CannedResponse => ({
  use_count: 0, last_used_at: null,
  id: name, name, shortcut, category: null, content: `Text of ${name}`, team_id: null, ...change,
});

test("a slash at the start of a word asks for a canned response", () => {
  expect(askedAt("/", 1)).toEqual({ from: 0, to: 1, words: "" });
  expect(askedAt("Hello /ret", 10)).toEqual({ from: 6, to: 10, words: "ret" });
  expect(askedAt("a\n/ret more", 6)).toEqual({ from: 2, to: 6, words: "ret" });
  for (const [text, caret] of [["and/or", 6], ["https://a", 9], ["/ret urn", 8], ["a", 1]] as const) expect(askedAt(text, caret)).toBeNull();
});

test("shortcuts come before names, names before what they say, and what was used lately first", () => {
  const all = [canned("Refund", null), canned("Goodbye", "ref"), canned("Hours", null, { content: "Our reference hours" }), canned("Refusal", null, { last_used_at: 9 })];
  expect(choose(all, "ref").map(({ name }) => name)).toEqual(["Goodbye", "Refusal", "Refund", "Hours"]);
  expect(choose(all, "zzz")).toEqual([]);
});

test("the answer takes the place of what asked for it", () => {
  expect(insert("Hello /ret more", { from: 6, to: 10, words: "ret" }, "there,")).toEqual({ text: "Hello there, more", caret: 12 });
});

test("variables are filled in, and what nobody knows stays as it is", () => {
  expect(fill("Hello {{contact.first_name}}, this is {{ agent.first_name }} of {{organization.name}}.", around)).toBe("Hello Vera, this is Jonas of Lumen.");
  expect(fill("Hello {{contact.first_name|there}}", { ...around, contact_name: "" })).toBe("Hello there");
  expect(fill("Hello {{contact.name}},", { ...around, contact_name: "" })).toBe("Hello,");
  expect(fill("{{order.number}} {{toString}} {{contact.name}}", { ...around, contact_name: "{{agent.name}}" })).toBe("{{order.number}} {{toString}} {{agent.name}}");
});

test("a decision is a sentence about the right person", () => {
  const common = { id: "1", conversation_id: "c", status: "open", version: 1, turn: 1 } as const;
  const jonas = { kind: "member", id: "j", name: "Jonas" } as const;
  const amara = { agent_id: "a", agent_name: "Amara" } as const;
  expect(happened({ ...common, type: "conversation_taken", sender: jonas, agent_id: "j", agent_name: "Jonas" }, "a", "it")).toBe("Jonas took it");
  expect(happened({ ...common, type: "conversation_taken", sender: jonas, agent_id: "j", agent_name: "Jonas" }, "j")).toBe("You took the conversation");
  expect(happened({ ...common, type: "conversation_assigned", sender: jonas, ...amara }, "a")).toBe("Jonas assigned the conversation to you");
  expect(happened({ ...common, type: "conversation_assigned", sender: jonas, ...amara, team_name: "Billing" }, "x")).toBe("Jonas assigned the conversation to Amara in Billing");
  expect(happened({ ...common, type: "conversation_assigned", sender: jonas, team_id: "t", team_name: "Billing" }, "x")).toBe("Jonas assigned the conversation to Billing");
  expect(happened({ ...common, type: "conversation_tagged", sender: jonas, is_internal: true, added: ["vip"], removed: ["new"] }, "x")).toBe("Jonas added “vip” and removed “new”");
  const nour = { ...jonas, name: "نور" };
  expect(happened({ ...common, type: "conversation_closed", sender: nour }, "x")).toBe("\u2068نور\u2069 closed the conversation");
  expect(happened({ ...common, type: "conversation_closed", sender: { kind: "system" } }, "x")).toBe("The system closed the conversation");
});
