import { expect, test } from "vitest";
import { linesOf, standingOf, tickOf } from "../src/lines.ts";
import type { MessagePosted, Resumed } from "../src/protocol.ts";
import { emptyTimeline, hasHole, hasOlder, placeAccepted, placeEntry, takeHistory, takeMarks } from "../src/timeline.ts";
import { takeResumed, takeStored, withNumbers, type Placed, type Timeline } from "../src/timeline.ts";

const message = (seq: number, more: Partial<MessagePosted> = {}): MessagePosted => ({
  type: "message_posted", id: `m${seq}`, conversation_id: "c", epoch: 1, seq, after: seq - 1, at: seq, body: `text ${seq}`,
  sender: { kind: "contact", id: "v" }, ...more,
});
const entry = (seq: number, more: Partial<MessagePosted> = {}): Placed => withNumbers(message(seq, more));
const answer = (seqs: number[], more: Partial<Resumed> = {}): Resumed => ({
  conversation_id: "c", recovered: true, position: { epoch: 1, seq: Math.max(...seqs) },
  entries: seqs.map((seq) => message(seq)), ...more,
});
const bodies = (timeline: Timeline): string[] =>
  linesOf(timeline.entries).map((line) => (line.kind === "message" ? line.body : line.decision.type));
const tail = takeResumed(emptyTimeline("c"), answer([4, 5], { recovered: false }), null);

test("an entry beyond a hole is shown at once, and moves the position when the answer closes the hole", () => {
  const open = placeEntry(tail, entry(7));
  expect(bodies(open)).toEqual(["text 4", "text 5", "text 7"]);
  expect([hasHole(open), open.position?.seq]).toEqual([true, 5]);
  const closed = takeResumed(open, answer([6]), { epoch: 1, seq: 5 });
  expect(bodies(closed)).toEqual(["text 4", "text 5", "text 6", "text 7"]);
  expect([hasHole(closed), closed.position?.seq]).toEqual([false, 7]);
});

test("a number that the audience cannot see is no hole", () => {
  const next = placeEntry(tail, entry(7, { after: 5 }));
  expect([hasHole(next), next.position?.seq]).toEqual([false, 7]);
});

test("an entry of a higher epoch is not shown before the server was asked", () => {
  const next = placeEntry(tail, entry(6, { epoch: 2 }));
  expect([hasHole(next), bodies(next)]).toEqual([true, ["text 4", "text 5"]]);
  const position = { epoch: 2, seq: 5 };
  const resumed = takeResumed(next, { conversation_id: "c", recovered: false, position, entries: [message(5)] }, null);
  expect(bodies(resumed)).toEqual(["text 5", "text 6"]);
});

test("a void takes its line away, and what is restored stands there again, in whatever order they come", () => {
  const sender = { kind: "system" } as const;
  const voided = withNumbers({
    type: "entry_voided", id: "x", voided_id: "m5", conversation_id: "c", epoch: 1, seq: 5, after: 4, at: 5, sender, reason: "refused",
  });
  const restored = withNumbers({
    type: "entry_voided", id: "y", voided_id: "x", conversation_id: "c", epoch: 1, seq: 5, after: 4, at: 5, sender, reason: "restored",
  });
  const place = (entries: Placed[]): string[] => bodies(entries.reduce(placeEntry, tail));
  expect(place([voided])).toEqual(["text 4"]);
  expect(place([voided, entry(5), restored])).toEqual(["text 4", "text 5"]);
  expect(place([restored, entry(5), voided])).toEqual(["text 4", "text 5"]);
});

test("what an epoch that is over had shown beyond the position goes away", () => {
  const phantom = placeEntry(tail, entry(7));
  const asked = { epoch: 1, seq: 5 };
  const next = takeResumed(phantom, answer([], { position: { epoch: 2, seq: 5 } }), asked);
  expect([hasHole(next), bodies(next)]).toEqual([false, ["text 4", "text 5"]]);
});

test("an answer of an epoch that is over changes nothing", () => {
  const newer = takeResumed(tail, answer([], { position: { epoch: 3, seq: 5 } }), { epoch: 1, seq: 5 });
  expect(takeResumed(newer, answer([6]), { epoch: 1, seq: 5 })).toBe(newer);
});

test("accepted puts one's own words in their place, and asks for what it does not know", () => {
  const accepted = { type: "accepted", id: "m6", conversation_id: "c", epoch: 1, seq: 6, after: 5, at: 6 } as const;
  expect(bodies(placeAccepted(tail, accepted, message(0, { body: "mine" })))).toEqual(["text 4", "text 5", "mine"]);
  const decided = placeAccepted(tail, { ...accepted, id: "d" }, null);
  expect(hasHole(decided)).toBe(true);
  expect(hasHole(placeEntry(decided, entry(6)))).toBe(false);
});

test("an edit counts for one's own message only", () => {
  const edit = { conversation_id: "c", epoch: 1, message_id: "m5", body: "edited", at: 0, type: "message_edited" } as const;
  const foreign = placeEntry(tail, withNumbers({ ...edit, id: "e6", seq: 6, after: 5, sender: { kind: "member", id: "a" } }));
  expect(bodies(foreign)).toEqual(["text 4", "text 5"]);
  const own = placeEntry(foreign, withNumbers({ ...edit, id: "e7", seq: 7, after: 6, sender: { kind: "contact", id: "v" } }));
  expect(bodies(own)).toEqual(["text 4", "edited"]);
  // Not everybody who sees the message has heard of this one.
  const hidden = { ...edit, id: "e8", seq: 8, after: 7, body: "hidden", is_internal: true, sender: { kind: "contact", id: "v" } } as const;
  expect(bodies(placeEntry(own, withNumbers(hidden)))).toEqual(["text 4", "edited"]);
});

test("history comes in front, unless the timeline was replaced meanwhile", () => {
  expect(hasOlder(tail)).toBe(true);
  const more = { type: "history", conversation_id: "c", has_more: true } as const;
  expect(bodies(takeHistory(tail, { ...more, entries: [message(2), message(3)] }))).toHaveLength(4);
  expect(takeHistory(tail, { ...more, entries: [message(1), message(2)] })).toBe(tail);
});

test("ticks rise from accepted to read, and never fall", () => {
  const line = linesOf(tail.entries)[1];
  if (line === undefined) throw new Error("the tail has two lines");
  const ticks: string[] = [tickOf(tail, line)];
  let timeline = takeStored(tail, { type: "stored", conversation_id: "c", epoch: 1, upto: 5 });
  ticks.push(tickOf(timeline, line));
  for (const marks of [{ delivered: 5 }, { read: 5 }, { delivered: 4, read: 4 }]) {
    timeline = takeMarks(timeline, { by: "ada", kind: "member", ...marks });
    ticks.push(tickOf(timeline, line));
  }
  expect(ticks).toEqual(["accepted", "stored", "delivered", "read", "read"]);
  const colleague = takeMarks(tail, { by: "another contact", kind: "contact", read: 5 });
  expect(tickOf(colleague, line), "one's own side reads nothing for the other").toBe("accepted");
});

test("the newest decision tells how the conversation stands", () => {
  const taken = withNumbers({
    type: "conversation_taken", id: "t", conversation_id: "c", epoch: 1, seq: 6, after: 5, at: 6, status: "assigned",
    version: 3, turn: 1, agent_id: "a", agent_name: "Ada", sender: { kind: "member", id: "a" },
  });
  expect(standingOf(placeEntry(tail, taken))).toMatchObject({ status: "assigned", version: 3, assigned_agent_name: "Ada" });
});

test("who holds a conversation follows every decision, and tags change nothing of it", () => {
  const by = { kind: "member", id: "ada", name: "Ada" } as const;
  const common = { conversation_id: "c", epoch: 1, at: 0, turn: 1, sender: by };
  const numbered = (seq: number) => ({ ...common, id: `d${seq}`, seq, after: seq - 1, version: seq });
  const assigned = { ...numbered(6), type: "conversation_assigned", status: "assigned", agent_id: "ben", agent_name: "Ben" } as const;
  const tagged = { ...numbered(7), type: "conversation_tagged", status: "assigned", is_internal: true, added: ["vip"] } as const;
  const released = { ...numbered(8), type: "conversation_released", status: "waiting", previous_agent_id: "ben" } as const;
  const reopened = { ...numbered(9), type: "conversation_reopened", status: "assigned", agent_id: "ada", agent_name: "Ada" } as const;
  const holders = [assigned, tagged, released, reopened].map((_, index, all) => {
    const standing = standingOf(all.slice(0, index + 1).map(withNumbers).reduce(placeEntry, tail));
    return [standing?.version, standing?.assigned_agent_id];
  });
  expect(holders).toEqual([[6, "ben"], [7, "ben"], [8, null], [9, "ada"]]);
});
