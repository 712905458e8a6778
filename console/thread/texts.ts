/** What is being written, by conversation: a reply and a note apart, kept over reloads. */

import type { Uuid } from "../../client/src/protocol.ts";
import { recall, remember } from "../shared/keep.ts";

export interface Texts {
  readonly reply: string;
  readonly note: string;
  readonly is_note: boolean;
  /** The suggestion of a bot that the reply began as. */
  readonly suggestion_id: Uuid | null;
}

export const NO_TEXTS: Texts = { reply: "", note: "", is_note: false, suggestion_id: null };
/** Half-written answers beyond these are forgotten, the oldest first. */
const MOST = 100;

const nameFor = (agent_id: Uuid): string => `frontdesk:texts:${agent_id}`;

export const textsOf = (agent_id: Uuid, conversation_id: Uuid): Texts =>
  ({ ...NO_TEXTS, ...recall<Readonly<Record<Uuid, Texts>>>(nameFor(agent_id), {})[conversation_id] });

export function keepTexts(agent_id: Uuid, conversation_id: Uuid, texts: Texts): void {
  const { [conversation_id]: _, ...others } = recall<Readonly<Record<Uuid, Texts>>>(nameFor(agent_id), {});
  const is_empty = texts.reply === "" && texts.note === "";
  const kept = Object.entries(others).slice(is_empty ? -MOST : 1 - MOST);
  remember(nameFor(agent_id), Object.fromEntries(is_empty ? kept : [...kept, [conversation_id, texts]]));
}
