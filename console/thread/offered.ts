/** Offers in a thread: however often somebody was asked in a row, it is one line. */

import type { ConversationOffered, Decision, OfferEnded, Uuid } from "../../client/src/protocol.ts";
import type { Row } from "../../client/src/rows.ts";
import { isolated } from "./decisions.ts";

type Try = ConversationOffered | OfferEnded;

export interface OffersRow {
  readonly kind: "offers";
  readonly key: string;
  readonly at: number;
  readonly starts_day: boolean;
  readonly is_first_unread: boolean;
  readonly tries: readonly Try[];
}

const isTry = (decision: Decision): decision is Try => decision.type === "conversation_offered" || decision.type === "offer_ended";

/** The same rows, with offers that follow one another as one; one that was accepted at once says no more than who took it. */
export function withOffers(rows: readonly Row[]): readonly (Row | OffersRow)[] {
  const found: (Row | OffersRow)[] = [];
  for (const row of rows) {
    const last = found.at(-1);
    const decision = row.kind === "event" ? row.line.decision : null;
    if (decision !== null && isTry(decision)) {
      const { key, at, starts_day, is_first_unread } = row;
      if (last?.kind === "offers" && !starts_day) found[found.length - 1] = { ...last, at, tries: [...last.tries, decision] };
      else found.push({ kind: "offers", key, at, starts_day, is_first_unread, tries: [decision] });
    } else if (last?.kind === "offers" && decision?.type === "conversation_taken" && isWhole(last, decision.agent_id, decision.was_offered)) {
      found[found.length - 1] = { ...row, starts_day: last.starts_day };
    } else found.push(row);
  }
  return found;
}

const isWhole = ({ tries }: OffersRow, agent_id: Uuid, was_offered = false): boolean =>
  was_offered && tries.length === 1 && tries[0]?.type === "conversation_offered" && tries[0].agent_id === agent_id;

const listed = new Intl.ListFormat("en", { type: "conjunction" });

/** "Offered to Ben (declined: at lunch), Amara (no answer) and you" */
export function toldOffers(tries: readonly Try[], me: Uuid): string {
  const asked = new Map<Uuid, { readonly name: string; readonly ends: string[]; silences: number }>();
  for (const each of tries) {
    const known = asked.get(each.agent_id) ?? { name: each.agent_id === me ? "you" : isolated(each.agent_name), ends: [], silences: 0 };
    asked.set(each.agent_id, known);
    if (each.type === "conversation_offered") continue;
    if (each.outcome === "expired") known.silences += 1;
    else known.ends.push(each.reason ? `declined: ${isolated(each.reason)}` : "declined");
  }
  const people = [...asked.values()].map(({ name, ends, silences }) => {
    const told = [...ends, ...(silences === 0 ? [] : [silences === 1 ? "no answer" : `no answer ${silences} times`])];
    return told.length === 0 ? name : `${name} (${told.join(", ")})`;
  });
  return `Offered to ${listed.format(people)}`;
}
