import { expect, test } from "vitest";
import type { AgentLine, HandoffRequested } from "../../client/src/protocol.ts";
import type { Row } from "../../client/src/rows.ts";
import { takersOf } from "../palette/takers.ts";
import { happened } from "../thread/decisions.ts";
import { whyHanded, withHandoffs } from "../thread/handed.ts";
import { ME } from "./cards.ts";

const agent = (id: string, change: Partial<AgentLine> = {}): AgentLine => ({
  id, name: id, kind: "human", status: "online", availability: "online", is_connected: true, max_load: 4, active_load: 0,
  conversation_count: 0, role: "agent", ...change,
});

const asked = (change: Partial<HandoffRequested> = {}): HandoffRequested => ({
  type: "handoff_requested", id: "h", conversation_id: "c", sender: { kind: "member", id: "maya", name: "Maya" }, status: "waiting",
  version: 3, turn: 2, is_internal: true, handoff_id: "h", reason_code: "transfer", ...change,
});

const event = (key: string, decision: object, starts_day = false): Row =>
  ({ kind: "event", key, at: 0, starts_day, is_first_unread: false, line: { kind: "event", id: key, epoch: 1, seq: 1, at: 0, decision } }) as unknown as Row;

test("whoever is there and has room stands first, and nobody hands over to oneself", () => {
  const agents = {
    a: agent("a", { active_load: 3 }), b: agent("b", { active_load: 1 }), off: agent("off", { status: "offline", is_connected: false }),
    away: agent("away", { status: "away" }), looks: agent("looks", { role: "viewer" }), [ME]: agent(ME),
    bot: agent("bot", { kind: "bot", is_connected: false }), none: agent("none", { max_load: 0 }),
  };
  const found = takersOf(agents, [{ id: "t", name: "Ferns", description: "", member_ids: [], lead_id: null }], [ME, null]);
  expect(found.map(({ id, is_there }) => `${id}${is_there ? "" : " not there"}`)).toEqual(["b", "a", "none", "away", "off not there", "t", "bot not there"]);
});

test("a request says who asks whom, and why", () => {
  expect(happened(asked({ to_agent_id: ME, to_agent_name: "Me", reason: "she wants a refund" }), ME)).toBe("Maya asked you to take over the conversation: she wants a refund");
  expect(happened(asked({ to_team_id: "t", to_team_name: "Ferns" }), ME)).toBe("Maya handed the conversation to Ferns");
  expect(happened(asked({ to_agent_id: "bot", to_agent_name: "Robbie", status: "assigned" }), ME)).toBe("Maya handed the conversation to Robbie");
  expect(happened(asked(), ME)).toBe("Maya asked for somebody else");
  expect(happened(asked({ reason_code: "no_answer", sender: { kind: "bot", id: "bot", name: "Robbie" } }), ME)).toBe("Robbie had no answer");
  expect(whyHanded("timeout", "")).toBe("The bot did not answer in time");
  expect(whyHanded("transfer", "Maya")).toBe("Maya hands it over");
});

test("what visitors hear of it is no line of its own", () => {
  const released = event("r", { type: "conversation_released" }, true);
  const rows = withHandoffs([event("t", { type: "conversation_taken" }), released, event("h", asked()), event("x", { type: "conversation_released" })]);
  expect(rows.map(({ key, starts_day }) => `${key}${starts_day ? " of a new day" : ""}`)).toEqual(["t", "h of a new day", "x"]);
});
