/** An answer that grows, until it stands there. */

import { beforeEach, expect, test, vi } from "vitest";
import { createPartials } from "../src/partials.ts";
import type { PartialShown } from "../src/protocol.ts";
import { emptyTimeline, type Placed, type Timeline } from "../src/timeline.ts";

const frame = (body: string, more: Partial<PartialShown> = {}): PartialShown => ({
  type: "partial_shown", message_id: "m", conversation_id: "c", sender: { kind: "bot", id: "b", name: "Robbie" }, turn: 2, body, ...more,
});
const timeline = (...entries: unknown[]): Timeline => ({ ...emptyTimeline("c"), entries: entries as Placed[] });

beforeEach(() => void vi.useFakeTimers());

test("the newest text is shown, in its own conversation", () => {
  const changed = vi.fn();
  const partials = createPartials(changed);
  partials.hear(frame("Yes"));
  partials.hear(frame("Yes, you can"));
  expect(partials.under(timeline())?.body).toBe("Yes, you can");
  expect(partials.under({ ...timeline(), conversation_id: "d" })).toBeNull();
  expect(changed).toHaveBeenCalled();
});

test("the answer itself takes its place, whichever comes first", () => {
  const partials = createPartials(() => undefined);
  const answered = timeline({ type: "message_posted", id: "m" });
  partials.hear(frame("Yes"));
  expect(partials.under(answered)).toBeNull();
  partials.hear(frame("Yes, you can"));
  expect(partials.under(answered)).toBeNull();
});

test("it goes with the turn, when the bot takes it back, and when the bot falls silent", () => {
  const partials = createPartials(() => undefined);
  partials.hear(frame("Yes"));
  expect(partials.under(timeline({ type: "conversation_taken", version: 3, turn: 3, status: "assigned" }))).toBeNull();
  partials.hear(frame(""));
  expect(partials.under(timeline())).toBeNull();
  partials.hear(frame("Yes"));
  vi.advanceTimersByTime(5_000);
  partials.hear(frame("Yes, but"));
  vi.advanceTimersByTime(5_000);
  expect(partials.under(timeline())?.body).toBe("Yes, but");
  vi.advanceTimersByTime(1_100);
  expect(partials.under(timeline())).toBeNull();
});
