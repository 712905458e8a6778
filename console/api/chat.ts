/** Conversations, people who ask, and answers that are ready. */

import type { Card, Milliseconds, Uuid } from "../../client/src/protocol.ts";
import { all, get, patch, post, remove, type Page } from "./rest.ts";

export interface CardFilter {
  readonly status?: string;
  readonly assigned_agent_id?: Uuid;
  readonly team_id?: Uuid;
  readonly unassigned?: boolean;
  readonly contact_id?: Uuid;
}

export const listCards = (filter: CardFilter, cursor: string, limit = 50): Promise<Page<Card>> =>
  get("/api/conversations", { ...filter, cursor, limit });

export interface Contact {
  readonly id: Uuid;
  readonly name: string | null;
  readonly email: string | null;
  readonly phone: string | null;
  readonly avatar_url?: string | null;
  readonly is_anonymous: boolean;
  readonly is_blocked?: boolean;
  readonly locale?: string | null;
  readonly timezone?: string | null;
  readonly last_seen_at?: Milliseconds | null;
  readonly created_at?: Milliseconds;
  readonly customer_id?: Uuid | null;
}

export interface Customer {
  readonly id: Uuid;
  readonly name: string | null;
  readonly kind?: string;
  readonly plan?: string;
  readonly tier?: string;
  readonly segment?: string;
  readonly company_name?: string | null;
}

/** A card, and what only one who has opened it wants to know. */
export interface Conversation extends Card {
  readonly page_url?: string | null;
  readonly referrer?: string | null;
  readonly user_agent?: string | null;
  readonly address?: string | null;
  readonly contact?: Contact | null;
  readonly customer?: Customer | null;
  readonly past_count?: number;
}

export const showConversation = (id: Uuid): Promise<Conversation> => get(`/api/conversations/${id}`);
export const changeContact = (id: Uuid, body: Partial<Pick<Contact, "name" | "email" | "phone">>): Promise<Contact> =>
  patch(`/api/contacts/${id}`, body);
export const blockContact = (id: Uuid): Promise<unknown> => post(`/api/contacts/${id}/block`);
export const unblockContact = (id: Uuid): Promise<unknown> => post(`/api/contacts/${id}/unblock`);
export const listPast = (contact_id: Uuid): Promise<Page<Card>> =>
  get(`/api/contacts/${contact_id}/conversations`, { limit: 20 });

export interface CannedResponse {
  readonly id: Uuid;
  readonly name: string;
  readonly shortcut: string | null;
  readonly category: string | null;
  readonly content: string;
  readonly team_id: Uuid | null;
  readonly use_count?: number;
  readonly last_used_at?: Milliseconds | null;
}

export type CannedBody = Pick<CannedResponse, "name" | "shortcut" | "category" | "content" | "team_id">;

export const listCanned = (): Promise<readonly CannedResponse[]> => all("/api/canned-responses");
export const addCanned = (body: CannedBody): Promise<CannedResponse> => post("/api/canned-responses", body);
export const changeCanned = (id: Uuid, body: Partial<CannedBody>): Promise<CannedResponse> =>
  patch(`/api/canned-responses/${id}`, body);
export const removeCanned = (id: Uuid): Promise<void> => remove(`/api/canned-responses/${id}`);
export const countUse = (id: Uuid): Promise<unknown> => post(`/api/canned-responses/${id}/use`);

export interface ContactHit {
  readonly contact_id: Uuid;
  readonly name: string;
  readonly email: string | null;
  readonly conversation_id?: Uuid | null;
}

export interface MessageHit {
  readonly conversation_id: Uuid;
  readonly message_id: Uuid;
  readonly seq: number;
  readonly at: Milliseconds;
  readonly snippet: string;
  readonly marks: readonly (readonly [number, number])[];
  readonly contact_name: string;
}

export interface Found {
  readonly people: readonly ContactHit[];
  readonly messages: readonly MessageHit[];
}

export const search = (q: string): Promise<Found> => get("/api/search", { q });
