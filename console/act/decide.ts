/** Decisions about a conversation: each is told, can be taken back where that is possible, and says who was faster. */

import { signal } from "@preact/signals";
import type { AttributesSet, Card, Uuid } from "../../client/src/protocol.ts";
import { standingOf } from "../../client/src/lines.ts";
import type { Outcome } from "../../client/src/talk.ts";
import type { Desk, Wish } from "../inbox/desk.ts";
import { withStanding } from "../inbox/standing.ts";
import type { Taker } from "../palette/takers.ts";
import { priorityName } from "../shared/PriorityMark.tsx";
import { say, sayTrouble } from "../shared/toasts.tsx";
import { sentence } from "../shared/words.ts";
import { happened } from "../thread/decisions.ts";

/** Who was faster comes with the log, mostly before the refusal; after this long we say it without the name. */
const PATIENCE = 1_500;

/** Whether this person may become the holder: of any conversation, or of those that are offered or their own. */
export function mayTake({ me, may }: Desk, card: Card | undefined): boolean {
  if (card === undefined || !may("conversation.take")) return false;
  return may("conversation.take_any") || [card.offered_agent_id, card.closed_by_id].includes(me.agent_id);
}

/** The conversation that is about to be taken from somebody who holds it; asked first, since that person may be writing. */
export const overtaking = signal<Uuid | null>(null);

export async function take(desk: Desk, id: Uuid): Promise<void> {
  const holder = holderOf(desk, id);
  if (holder === null || holder === desk.me.agent_id) await decide(desk, id, { type: "take_conversation" });
  else overtaking.value = id;
}

/** Takes what somebody else holds, and says the way back. */
export async function takeOver(desk: Desk, id: Uuid, from: string): Promise<void> {
  const before = desk.inbox.value.cards[id];
  if (!(await decide(desk, id, { type: "take_conversation" }))) return;
  say(`Taken over from ${from}.`, () => void giveBack(desk, id, before));
}

export async function join(desk: Desk, id: Uuid): Promise<void> {
  if (!(await decide(desk, id, { type: "join_conversation" }))) return;
  say("You take part. The visitor was told.", () => void leave(desk, id));
}

export async function leave(desk: Desk, id: Uuid): Promise<void> {
  if (await decide(desk, id, { type: "leave_conversation" })) say("You take part no longer.", () => void join(desk, id));
}

export async function release(desk: Desk, id: Uuid): Promise<void> {
  const before = desk.inbox.value.cards[id];
  if (!(await decide(desk, id, { type: "release_conversation" }))) return;
  say("Given back. It waits for somebody else.", () => void giveBack(desk, id, before));
}

export async function close(desk: Desk, id: Uuid): Promise<void> {
  const before = desk.inbox.value.cards[id];
  if (!(await decide(desk, id, { type: "close_conversation" }))) return;
  say("Conversation closed.", () => void undoClose(desk, id, before));
}

async function undoClose(desk: Desk, id: Uuid, before: Card | undefined): Promise<void> {
  if (await reopen(desk, id)) await giveBack(desk, id, before);
}

export const reopen = (desk: Desk, id: Uuid): Promise<boolean> => decide(desk, id, { type: "reopen_conversation" });

export async function assign(desk: Desk, id: Uuid, to: { agent_id?: Uuid; team_id?: Uuid }, name: string): Promise<void> {
  const before = desk.inbox.value.cards[id];
  if (!(await decide(desk, id, { type: "assign_conversation", ...to }))) return;
  say(`Assigned to ${name}.`, () => void giveBack(desk, id, before));
}

/** Asks somebody else to take over; a team's next or a bot has it without being asked. */
export async function handOff(desk: Desk, id: Uuid, to: { agent_id?: Uuid; team_id?: Uuid }, who: Pick<Taker, "kind" | "name">, reason: string): Promise<void> {
  const before = desk.inbox.value.cards[id];
  if (!(await decide(desk, id, { type: "hand_off_conversation", ...to, reason_code: "transfer", reason }))) return;
  const told = who.kind === "person" ? `${who.name} is asked. It waits until somebody accepts.` : `Handed over to ${who.name}.`;
  say(told, () => void giveBack(desk, id, before));
}

/** Whoever had it has it again; nobody, when nobody had it. */
async function giveBack(desk: Desk, id: Uuid, before: Card | undefined): Promise<void> {
  const agent_id = before?.assigned_agent_id ?? null;
  if (agent_id === holderOf(desk, id)) return;
  if (agent_id === null) await decide(desk, id, { type: "release_conversation" });
  else if (agent_id === desk.me.agent_id) await decide(desk, id, { type: "take_conversation" });
  else await decide(desk, id, { type: "assign_conversation", agent_id });
}

export async function tag(desk: Desk, id: Uuid, add: readonly string[], remove: readonly string[]): Promise<void> {
  if (!(await decide(desk, id, { type: "tag_conversation", add, remove }))) return;
  if (remove.length > 0 && add.length === 0) say(`Took off ${remove.join(", ")}.`, () => void tag(desk, id, remove, add));
}

/** Notes facts, or takes away those that are null. */
export async function noteFacts(desk: Desk, id: Uuid, facts: Pick<AttributesSet, "attributes" | "contact_attributes">): Promise<void> {
  await decide(desk, id, { type: "set_attributes", ...facts });
}

export async function prioritize(desk: Desk, id: Uuid, priority: number): Promise<void> {
  const before = desk.inbox.value.cards[id]?.priority;
  if (before === priority || !(await decide(desk, id, { type: "prioritize_conversation", priority }))) return;
  say(`Priority: ${priorityName(priority).toLowerCase()}.`, before === undefined ? undefined : () => void prioritize(desk, id, before));
}

export async function classify(desk: Desk, id: Uuid, interaction_type_id: Uuid | null): Promise<void> {
  const before = desk.inbox.value.cards[id]?.interaction_type_id ?? null;
  if (before === interaction_type_id || !(await decide(desk, id, { type: "classify_conversation", interaction_type_id }))) return;
  const name = desk.directory.types.value.find((each) => each.id === interaction_type_id)?.name;
  say(name === undefined ? "It is not said any more what it is about." : `It is about: ${name}.`, () => void classify(desk, id, before));
}

async function decide(desk: Desk, id: Uuid, wish: Wish): Promise<boolean> {
  const known = versionOf(desk, id);
  const outcome = await desk.decide(wish, id);
  if (outcome.code === "accepted") return true;
  sayTrouble(outcome.code === "conflict" ? await whoWasFaster(desk, id, known) : toldOf(outcome));
  return false;
}

export function toldOf({ code, message }: Outcome): string {
  switch (code) {
    case "unavailable":
    case "busy":
      return "Not done: the connection or a part of the server is away. Try again in a moment.";
    case "forbidden":
      return "Not done: your role may not do this.";
    default:
      return `Not done: ${sentence(message)}`;
  }
}

/** Who holds it by the newest of what is known. */
function holderOf(desk: Desk, id: Uuid): Uuid | null {
  const timeline = desk.talk.timeline(id);
  const card = desk.inbox.value.cards[id];
  const standing = timeline === undefined ? null : standingOf(timeline);
  return (card === undefined ? standing : withStanding(card, standing))?.assigned_agent_id ?? null;
}

const versionOf = (desk: Desk, id: Uuid): number => {
  const timeline = desk.talk.timeline(id);
  return (timeline === undefined ? undefined : standingOf(timeline)?.version) ?? desk.inbox.value.cards[id]?.version ?? 0;
};

async function whoWasFaster(desk: Desk, id: Uuid, known: number): Promise<string> {
  await new Promise<void>((resolve) => {
    const look = (): void => void (versionOf(desk, id) > known && done());
    const timer = setTimeout(() => done(), PATIENCE);
    const stop = desk.talk.on("timeline", look);
    const done = (): void => {
      clearTimeout(timer);
      stop();
      resolve();
    };
    look();
  });
  const last = desk.talk.timeline(id)?.entries.findLast((entry) => "version" in entry);
  if (last === undefined || !("version" in last) || last.version < known) return "Somebody else changed this conversation first.";
  return `${happened(last, desk.me.agent_id, "it")} a moment ago.`;
}
