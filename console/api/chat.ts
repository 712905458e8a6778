/** Conversations, people who ask, and answers that are ready. */

import type { Card, Uuid } from "../../client/src/protocol.ts";
import type * as Rest from "../../client/src/rest.ts";
import { all, get, patch, post, remove, type Page } from "./rest.ts";

export type { CannedResponse, Contact, Conversation, Customer, Found, MessageHit } from "../../client/src/rest.ts";

export type CardFilter = Pick<Rest.ConversationFilter, "status" | "assigned_agent_id" | "team_id" | "unassigned" | "bot_active">;

export const listCards = (filter: CardFilter, cursor: string, limit = 50): Promise<Rest.Cards> =>
  get("/api/conversations", { ...filter, cursor, limit });
export const showConversation = (id: Uuid): Promise<Rest.Conversation> => get(`/api/conversations/${id}`);

export const changeContact = (id: Uuid, body: Rest.ChangeContact): Promise<Rest.Contact> => patch(`/api/contacts/${id}`, body);
export const blockContact = (id: Uuid): Promise<Rest.Contact> => post(`/api/contacts/${id}/block`);
export const unblockContact = (id: Uuid): Promise<Rest.Contact> => post(`/api/contacts/${id}/unblock`);
export const listPast = (contact_id: Uuid, limit = 20): Promise<Page<Card>> =>
  get(`/api/contacts/${contact_id}/conversations`, { limit });

export const listCanned = (): Promise<readonly Rest.CannedResponse[]> => all("/api/canned-responses");
export const addCanned = (body: Rest.NewCannedResponse): Promise<Rest.CannedResponse> => post("/api/canned-responses", body);
export const changeCanned = (id: Uuid, body: Rest.ChangeCannedResponse): Promise<Rest.CannedResponse> =>
  patch(`/api/canned-responses/${id}`, body);
export const removeCanned = (id: Uuid): Promise<void> => remove(`/api/canned-responses/${id}`);
export const countUse = (id: Uuid): Promise<unknown> => post(`/api/canned-responses/${id}/use`);

export const listCollaborations = (id: Uuid): Promise<Rest.Collaborations> => get(`/api/conversations/${id}/collaborations`);
export const listSuggestions = (id: Uuid): Promise<Rest.Suggestions> => get(`/api/conversations/${id}/suggestions`);
export const dismissSuggestion = (id: Uuid, suggestion_id: Uuid): Promise<unknown> =>
  post(`/api/conversations/${id}/suggestions/${suggestion_id}/dismiss`);

export const search = (q: string): Promise<Rest.Found> => get("/api/search", { q });
