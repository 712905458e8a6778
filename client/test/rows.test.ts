import { expect, test } from "vitest";
import type { Draft } from "../src/drafts.ts";
import type { EventLine, Line, MessageLine } from "../src/lines.ts";
import { rowsOf } from "../src/rows.ts";

const NOON = new Date(2026, 2, 3, 12).getTime();
const MINUTE = 60_000;
const line = (seq: number, minutes: number, kind: "contact" | "member", more: Partial<MessageLine> = {}): Line => ({
  kind: "message", id: `m${seq}`, epoch: 1, seq, at: NOON + minutes * MINUTE, sender: { kind, id: kind }, body: "",
  message_type: "text", is_internal: false, is_edited: false, is_deleted: false, ...more,
});
const draft = (id: string, minutes: number): Draft => ({
  id, conversation_id: "c", frame: { type: "post_message", id, conversation_id: "c", body: "later" }, order: 1,
  owner: "", made_at: NOON + minutes * MINUTE, failure: null,
});
const groups = (lines: Line[], drafts: Draft[] = [], unread: number | null = null): string =>
  rowsOf(lines, drafts, (sender) => sender.kind === "contact", unread)
    .map((row) => (row.kind === "event" ? "e" : (row.starts_group ? "[" : "") + (row.is_own ? "o" : "x") + (row.ends_group ? "]" : "")))
    .join("");

test("what one person says within five minutes is one group", () => {
  expect(groups([line(1, 0, "contact"), line(2, 4, "contact"), line(3, 10, "contact"), line(4, 11, "member")])).toBe("[oo][o][x]");
});

test("a note does not stand in one group with what the visitor sees", () => {
  expect(groups([line(1, 0, "member"), line(2, 1, "member", { is_internal: true })])).toBe("[x][x]");
});

test("a decision and the first unread line break a group", () => {
  const decision = { kind: "event", id: "e", epoch: 1, seq: 2, at: NOON } as EventLine;
  expect(groups([line(1, 0, "member"), decision, line(3, 1, "member")])).toBe("[x]e[x]");
  expect(groups([line(1, 0, "member"), line(2, 1, "member")], [], 1)).toBe("[x][x]");
});

test("drafts stand below in the own group, until they have their number", () => {
  expect(groups([line(1, 0, "contact")], [draft("m2", 1)])).toBe("[oo]");
  expect(groups([line(1, 0, "contact"), line(2, 1, "contact")], [draft("m2", 1)])).toBe("[oo]");
});

test("a new day is marked", () => {
  const rows = rowsOf([line(1, 0, "contact"), line(2, 1, "contact"), line(3, 24 * 60, "contact")], [], () => true);
  expect(rows.map((row) => row.starts_day)).toEqual([true, false, true]);
});
