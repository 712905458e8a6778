import "fake-indexeddb/auto";
import { IDBFactory } from "fake-indexeddb";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createClock, uuid7 } from "../src/ids.ts";
import { createOutbox, type Outbox } from "../src/outbox.ts";
import type { Accepted, ClientFrame, PostMessage, Refused, RefusalCode } from "../src/protocol.ts";
import { stubBrowser, welcome } from "./world.ts";

/** What a tab's socket was given to send; empty while it has no connection. */
class Line {
  sent: ClientFrame[] = [];
  is_up = true;
  send = (frame: ClientFrame): boolean => this.is_up && this.sent.push(frame) > 0;
  get ids(): string[] {
    return this.sent.map((frame) => ("id" in frame ? frame.id : frame.type));
  }
}

const opened: Outbox[] = [];

beforeEach(() => {
  vi.stubGlobal("indexedDB", new IDBFactory());
  stubBrowser();
});

afterEach(() => {
  for (const outbox of opened.splice(0)) outbox.close();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

async function open(line: Line): Promise<Outbox> {
  const outbox = await createOutbox("box", line, createClock());
  opened.push(outbox);
  return outbox;
}

const post = (body: string, conversation_id = "c"): PostMessage => ({
  type: "post_message", id: uuid7(Date.now()), conversation_id, body,
});
const accepted = (id: string, seq: number, epoch = 1): Accepted => ({
  type: "accepted", id, conversation_id: "c", epoch, seq, after: seq - 1, at: 0,
});
const refused = (id: string, code: RefusalCode, retry_after: number | null = null): Refused => ({
  type: "refused", id, code, message: "no", retry_after,
});
const stored = (upto: number, epoch = 1) => ({ type: "stored", conversation_id: "c", epoch, upto }) as const;

test("drafts are sent in order, one after the other, and kept until they are stored", async () => {
  const line = new Line();
  const outbox = await open(line);
  outbox.welcome(welcome());
  const [one, two] = [post("one"), post("two")];
  outbox.add(one);
  outbox.add(two);
  await vi.waitFor(() => expect(line.ids).toEqual([one.id]));
  outbox.hear(accepted(one.id, 1));
  await vi.waitFor(() => expect(line.ids).toEqual([one.id, two.id]));
  outbox.hear(accepted(two.id, 2));
  expect(outbox.drafts).toHaveLength(2);
  outbox.hear(stored(1));
  expect(outbox.drafts.map((draft) => draft.id)).toEqual([two.id]);
});

test("what is not stored goes out again after a reconnect, with the same id", async () => {
  const line = new Line();
  const outbox = await open(line);
  outbox.welcome(welcome());
  const draft = post("one");
  outbox.add(draft);
  await vi.waitFor(() => expect(line.ids).toEqual([draft.id]));
  outbox.hear(accepted(draft.id, 1));
  outbox.welcome(welcome());
  expect(line.ids).toEqual([draft.id, draft.id]);
});

test("what was written without a connection survives a reload and goes out in order", async () => {
  const dead = new Line();
  dead.is_up = false;
  const before = await open(dead);
  const drafts = [post("one"), post("two"), post("three")];
  drafts.forEach((draft) => before.add(draft));
  await vi.waitFor(async () => expect(await count()).toBe(3));
  before.close();
  const line = new Line();
  const after = await open(line);
  await vi.waitFor(() => expect(after.drafts).toHaveLength(3));
  after.welcome(welcome());
  drafts.forEach((draft, index) => after.hear(accepted(draft.id, index + 1)));
  expect(line.ids).toEqual(drafts.map((draft) => draft.id));
});

test("a line that has to wait is not overtaken by the next one; another conversation goes on", async () => {
  const line = new Line();
  const outbox = await open(line);
  outbox.welcome(welcome());
  const [one, two, elsewhere] = [post("one"), post("two"), post("elsewhere", "d")];
  for (const draft of [one, two, elsewhere]) outbox.add(draft);
  await vi.waitFor(() => expect(line.ids).toEqual([one.id, elsewhere.id]));
  vi.useFakeTimers();
  outbox.hear(refused(one.id, "unavailable", 1));
  await vi.advanceTimersByTimeAsync(1_100);
  expect(line.ids).toEqual([one.id, elsewhere.id, one.id]);
  outbox.hear(accepted(one.id, 1));
  expect(line.ids.at(-1)).toBe(two.id);
});

test("a draft of a tab that lives is not sent by another one, and is when that tab is gone", async () => {
  const [first, second] = [new Line(), new Line()];
  first.is_up = false;
  const one = await open(first);
  one.add(post("one"));
  await vi.waitFor(async () => expect(await count()).toBe(1));
  const two = await open(second);
  two.welcome(welcome());
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(second.ids).toEqual([]);
  one.close();
  await vi.waitFor(() => expect(second.ids).toHaveLength(1));
});

test("at most in_flight drafts are unanswered", async () => {
  const line = new Line();
  const outbox = await open(line);
  outbox.welcome(welcome({ limits: { ...welcome().limits, in_flight: 2 } }));
  const drafts = [post("one", "c"), post("two", "d"), post("three", "e")];
  drafts.forEach((draft) => outbox.add(draft));
  await vi.waitFor(() => expect(line.ids).toHaveLength(2));
  outbox.hear(accepted(drafts[0]?.id ?? "", 1));
  expect(line.ids).toEqual(drafts.map((draft) => draft.id));
});

test.each(["busy", "unavailable", "too_fast"] as const)("%s means later, after retry_after", async (code) => {
  const line = new Line();
  const outbox = await open(line);
  outbox.welcome(welcome());
  const draft = post("one");
  outbox.add(draft);
  await vi.waitFor(() => expect(line.ids).toHaveLength(1));
  vi.useFakeTimers();
  outbox.hear(refused(draft.id, code, 3));
  await vi.advanceTimersByTimeAsync(2_900);
  expect(line.ids).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(200);
  expect(line.ids).toEqual([draft.id, draft.id]);
  expect(outbox.drafts[0]?.failure).toBeNull();
});

test("any other refusal keeps the text and says why; the person may try again", async () => {
  const line = new Line();
  const outbox = await open(line);
  outbox.welcome(welcome());
  const draft = post("one");
  outbox.add(draft);
  await vi.waitFor(() => expect(line.ids).toHaveLength(1));
  outbox.hear(refused(draft.id, "not_found"));
  expect(outbox.drafts[0]?.failure).toEqual({ code: "not_found", message: "no" });
  outbox.welcome(welcome());
  expect(line.ids).toHaveLength(1);
  outbox.retry(draft.id);
  expect(line.ids).toEqual([draft.id, draft.id]);
});

test("an id that was refused is replaced when the person tries again", async () => {
  const line = new Line();
  const outbox = await open(line);
  outbox.welcome(welcome());
  const draft = post("one");
  outbox.add(draft);
  await vi.waitFor(() => expect(line.ids).toHaveLength(1));
  outbox.hear(refused(draft.id, "bad_id"));
  outbox.retry(draft.id);
  expect(line.sent).toHaveLength(2);
  expect(line.ids[1]).not.toBe(draft.id);
  expect(line.sent[1]).toMatchObject({ body: "one" });
});

test("words for a new conversation wait until it has started", async () => {
  const line = new Line();
  const outbox = await open(line);
  outbox.welcome(welcome());
  outbox.add({ type: "start_conversation", id: "c" });
  const draft = post("one");
  outbox.add(draft);
  await vi.waitFor(() => expect(line.ids).toEqual(["c"]));
  await new Promise((resolve) => setTimeout(resolve, 10));
  outbox.hear(accepted("c", 1));
  expect(line.ids).toEqual(["c", draft.id]);
  expect(outbox.drafts.map((each) => each.id)).toEqual([draft.id]);
});

test("what an epoch had accepted and not stored goes out again under the next one", async () => {
  const line = new Line();
  const outbox = await open(line);
  outbox.welcome(welcome());
  const [lost, saved] = [post("lost"), post("saved")];
  outbox.add(saved);
  await vi.waitFor(() => expect(line.ids).toHaveLength(1));
  outbox.hear(accepted(saved.id, 4));
  outbox.add(lost);
  await vi.waitFor(() => expect(line.ids).toHaveLength(2));
  outbox.hear(accepted(lost.id, 5));
  outbox.hear({ type: "resumed", resumed: [{ conversation_id: "c", recovered: false, position: { epoch: 2, seq: 4 } }] });
  expect(line.ids.slice(2)).toEqual([saved.id]);
  // Asked for under epoch 2 and answered with epoch 1: that can only come from what is stored.
  outbox.hear(accepted(saved.id, 4, 1));
  expect(outbox.drafts.map((draft) => draft.id)).toEqual([lost.id]);
  expect(line.ids.slice(2)).toEqual([saved.id, lost.id]);
  outbox.hear(accepted(lost.id, 5, 2));
  outbox.hear(stored(5, 2));
  expect(outbox.drafts).toEqual([]);
});

test("a browser that keeps nothing is told so, and still sends", async () => {
  vi.stubGlobal("indexedDB", { open: () => { throw new Error("blocked"); } });
  const line = new Line();
  const outbox = await open(line);
  expect(outbox.is_durable).toBe(false);
  outbox.welcome(welcome());
  outbox.add(post("one"));
  await vi.waitFor(() => expect(line.ids).toHaveLength(1));
});

test("without Web Locks a reloaded page takes up its drafts all the same", async () => {
  vi.stubGlobal("navigator", {});
  const dead = new Line();
  dead.is_up = false;
  const before = await open(dead);
  before.add(post("one"));
  await vi.waitFor(async () => expect(await count()).toBe(1));
  const line = new Line();
  const after = await open(line);
  after.welcome(welcome());
  await vi.waitFor(() => expect(line.ids).toHaveLength(1));
});

test("a full outbox keeps within the allowance", async () => {
  const line = new Line();
  const outbox = await open(line);
  outbox.welcome(welcome({ limits: { ...welcome().limits, rate: 5, burst: 20 } }));
  for (let index = 0; index < 30; index++) outbox.add(post(String(index), `c${index}`));
  await vi.waitFor(() => expect(line.ids.length).toBeGreaterThanOrEqual(10));
  expect(line.ids.length).toBeLessThanOrEqual(11);
});

function count(): Promise<number> {
  return new Promise((resolve) => {
    const request = indexedDB.open("box", 1);
    request.onsuccess = () => {
      const counted = request.result.transaction("drafts").objectStore("drafts").count();
      counted.onsuccess = () => (request.result.close(), resolve(counted.result));
    };
  });
}

