/** Offers in a thread: five tries in a row are one line. */

import { expect, test } from "vitest";
import type { Decision } from "../../client/src/protocol.ts";
import type { Row } from "../../client/src/rows.ts";
import { toldOffers, withOffers } from "../thread/offered.ts";
import { ME } from "./cards.ts";

let last = 0;
function row(decision: Partial<Decision>, starts_day = false): Row {
  const seq = ++last;
  const whole = { id: `d${seq}`, epoch: 0, seq, conversation_id: "c", sender: { kind: "system" }, status: "waiting", version: seq, turn: 0, ...decision } as Decision;
  return { kind: "event", key: whole.id, at: seq, starts_day, is_first_unread: false, line: { kind: "event", id: whole.id, epoch: 0, seq, at: seq, decision: whole } };
}
const offered = (agent_id: string, agent_name = agent_id): Row => row({ type: "conversation_offered", agent_id, agent_name });
const ended = (agent_id: string, outcome: "declined" | "expired", reason = ""): Row => row({ type: "offer_ended", agent_id, agent_name: agent_id, outcome, reason });
const taken = (agent_id: string, was_offered = true): Row => row({ type: "conversation_taken", agent_id, agent_name: agent_id, was_offered });

test("tries in a row are one line that names everybody once", () => {
  const rows = withOffers([offered("Ben"), ended("Ben", "declined", "at lunch"), offered("Amara"), ended("Amara", "expired"), offered("Amara"), ended("Amara", "expired"), offered(ME), taken(ME)]);
  expect(rows.map((each) => each.kind)).toEqual(["offers", "event"]);
  const [first] = rows;
  expect(first?.kind === "offers" && toldOffers(first.tries, ME)).toBe("Offered to Ben (declined: at lunch), Amara (no answer 2 times), and you");
});

test("an offer that was accepted at once is told by who took it alone, and a day begins there all the same", () => {
  expect(withOffers([offered("Ben"), taken("Ben")]).map((each) => each.kind)).toEqual(["event"]);
  const [only] = withOffers([row({ type: "conversation_offered", agent_id: "Ben", agent_name: "Ben" }, true), taken("Ben")]);
  expect(only?.starts_day).toBe(true);
  expect(withOffers([offered("Ben"), ended("Ben", "expired"), offered("Ben"), taken("Ben")])).toHaveLength(2);
  // Taken by hand, or by somebody else: that the other was asked is worth a line.
  expect(withOffers([offered("Ben"), taken("Ben", false)])).toHaveLength(2);
  expect(withOffers([offered("Ben"), taken("Amara")])).toHaveLength(2);
});

test("what stands between, or another day, begins a new line", () => {
  const closed = row({ type: "conversation_closed" });
  expect(withOffers([offered("Ben"), closed, ended("Ben", "expired")])).toHaveLength(3);
  expect(withOffers([offered("Ben"), row({ type: "offer_ended", agent_id: "Ben", agent_name: "Ben", outcome: "expired" }, true)])).toHaveLength(2);
});
