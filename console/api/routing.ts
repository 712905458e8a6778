/** How queues are worked, and how a conversation came to whom. */

import type { ConversationEntry, Uuid } from "../../client/src/protocol.ts";
import type * as Rest from "../../client/src/rest.ts";
import { get, put } from "./rest.ts";

export type { AssignmentStep, LeftOut, Ranked, Rule, Why } from "../../client/src/rest.ts";

export const listQueues = async (): Promise<readonly Rest.Rule[]> => (await get<Rest.Queues>("/api/routing/queues")).queues;
/** A team's queue, or the organization's own. */
export const putQueue = (team_id: Uuid | null, body: Rest.ChangeRule): Promise<Rest.Rule> =>
  put(team_id === null ? "/api/routing/queue" : `/api/teams/${team_id}/queue`, body);
export const listSteps = async (conversation_id: Uuid): Promise<readonly Rest.AssignmentStep[]> =>
  (await get<Rest.AssignmentSteps>(`/api/conversations/${conversation_id}/assignments`)).assignments;
export const listHandoffs = async (conversation_id: Uuid): Promise<readonly Rest.HandoffRow[]> =>
  (await get<Rest.Handoffs>(`/api/conversations/${conversation_id}/handoffs`)).handoffs;
/** What was said and decided last. */
export const lastEntries = async (conversation_id: Uuid, limit = 20): Promise<readonly ConversationEntry[]> =>
  (await get<{ readonly entries: readonly ConversationEntry[] }>(`/api/conversations/${conversation_id}/entries`, { limit })).entries;
export const showCandidates = (conversation_id: Uuid): Promise<Rest.Candidates> => get(`/api/conversations/${conversation_id}/candidates`);
