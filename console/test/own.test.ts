import { expect, test } from "vitest";
import type { Draft, Outgoing } from "../../client/src/drafts.ts";
import type { MessageLine } from "../../client/src/lines.ts";
import { withNumbers } from "../../client/src/timeline.ts";
import { mayChange, withChanges } from "../thread/own.ts";
import { card, ME } from "./cards.ts";

const line = (more: Partial<MessageLine> = {}): MessageLine => ({
  kind: "message", id: "m", epoch: 1, seq: 1, at: 0, sender: { kind: "member", id: ME }, body: "first",
  message_type: "text", is_internal: false, is_edited: false, is_deleted: false, ...more,
});
const common = { conversation_id: "c", message_id: "m" };
const draft = (frame: Outgoing, failure: Draft["failure"] = null): Draft => ({
  id: frame.id, conversation_id: "c", frame, order: 1, owner: "tab", made_at: 0, failure,
});
const member = (...permissions: string[]) =>
  ({ me: { agent_id: ME }, may: (each: string) => permissions.includes(each) }) as unknown as Parameters<typeof mayChange>[0];

test("one changes one's own words, where the server would take it", () => {
  const talker = member("conversation.reply", "conversation.note");
  const [live, closed] = [card("c"), card("c", { status: "closed" })];
  expect(mayChange(talker, live, line())).toBe(true);
  expect(mayChange(talker, live, line({ sender: { kind: "member", id: "other" } }))).toBe(false);
  expect(mayChange(talker, live, line({ is_deleted: true }))).toBe(false);
  expect(mayChange(talker, closed, line())).toBe(false);
  expect(mayChange(talker, closed, line({ is_internal: true }))).toBe(true);
  expect(mayChange(member("conversation.reply"), live, line({ is_internal: true }))).toBe(false);
  expect(mayChange(member(), live, line())).toBe(false);
});

test("a change shows at once, until it is in the log or the server would not have it", () => {
  const edit = draft({ type: "edit_message", id: "e", body: "second", ...common });
  expect(withChanges([line()], [edit], []).lines).toEqual([line({ body: "second", is_edited: true })]);
  expect(withChanges([line()], [edit], []).changes.get("m")).toBe(edit);
  const gone = draft({ type: "delete_message", id: "d", ...common });
  expect(withChanges([line()], [edit, gone], []).lines).toEqual([line({ body: "", is_deleted: true })]);
  const refused = { ...edit, failure: { code: "conversation_closed", message: "closed" } } as const;
  expect(withChanges([line()], [refused], [])).toEqual({ lines: [line()], changes: new Map([["m", refused]]) });
  const placed = withNumbers({ type: "message_edited", id: "e", body: "second", sender: { kind: "member", id: ME }, ...common });
  expect(withChanges([line({ body: "third" })], [edit], [placed])).toEqual({ lines: [line({ body: "third" })], changes: new Map() });
});
