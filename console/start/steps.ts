/** The first steps of a new organization: each is done when it is so, and nobody has to tick it off. */

import { signal } from "@preact/signals";
import { listChannels, type Channel } from "../api/channels.ts";
import { listInvitations } from "../api/people.ts";
import type { Desk } from "../inbox/desk.ts";
import { recall, remember } from "../shared/keep.ts";

export interface Facts {
  readonly channels: readonly Channel[];
  readonly invitation_count: number;
}

export interface Steps {
  readonly has_widget: boolean;
  readonly has_conversation: boolean;
  readonly has_colleague: boolean;
  readonly has_answer: boolean;
}

const facts = signal<Facts | null>(null);
const is_put_away = signal(false);
const nameOf = (desk: Desk): string => `frontdesk:steps:${desk.me.organization_id}:${desk.me.agent_id}`;

export const knownFacts = (): Facts | null => facts.value;

/** Whom the first steps are for: whoever can set up the organization. */
export const isStarter = (desk: Desk): boolean => desk.may("channel.write");

export function lookAtFacts(desk: Desk): void {
  is_put_away.value = recall<boolean>(nameOf(desk), false);
  if (!isStarter(desk) || is_put_away.value) return;
  Promise.all([listChannels(), listInvitations()]).then(
    ([channels, invitations]) => (facts.value = { channels, invitation_count: invitations.length }),
    () => undefined, // Without the facts there is no list of steps, and nothing else is missing.
  );
}

export function putAway(desk: Desk): void {
  remember(nameOf(desk), true);
  is_put_away.value = true;
}

export function stepsOf(desk: Desk, known: Facts): Steps {
  const cards = Object.values(desk.inbox.value.cards);
  return {
    has_widget: known.channels.some((channel) => channel.allowed_origins.length > 0),
    has_conversation: cards.length > 0,
    has_colleague: known.invitation_count > 0 || desk.directory.members.value.length > 1,
    has_answer: cards.some((card) => (card.assigned_agent_id ?? null) !== null || card.status === "closed"),
  };
}

/** How many are still to do; 0 also while nobody knows, or when they were put away. */
export function stepsLeft(desk: Desk): number {
  if (facts.value === null || is_put_away.value || !isStarter(desk)) return 0;
  return Object.values(stepsOf(desk, facts.value)).filter((is_done) => !is_done).length;
}
