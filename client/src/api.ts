/** REST: what is asked for outside the socket. Every call answers, or throws an ApiError. */

import { ApiError } from "./errors.ts";
import type { Card, ConversationStatus, Counts, Milliseconds, Position, RefusalCode, Uuid } from "./protocol.ts";

export interface WidgetSession {
  readonly token: string;
  readonly expires_at: Milliseconds;
  readonly contact_id: Uuid;
  readonly organization_name: string;
  readonly channel_name: string;
  readonly greeting: string;
  readonly server_time: Milliseconds;
}

export interface OwnConversation {
  readonly conversation_id: Uuid;
  readonly status: ConversationStatus;
  readonly started_at: Milliseconds;
  readonly last_seq: number;
  readonly last_preview?: string;
  readonly last_message_at?: Milliseconds | null;
}

export interface Member {
  readonly agent_id: Uuid;
  readonly name: string;
  readonly role: string;
  readonly organization_id: Uuid;
  readonly organization_name: string;
}

export interface InboxSnapshot {
  readonly cards: readonly Card[];
  readonly counts: Counts;
  readonly position: Position;
}

interface Problem {
  readonly code?: RefusalCode;
  readonly message?: string;
  readonly retry_after?: number;
}

/** Longer than any answer takes, short enough that a dead network is noticed. */
const DEADLINE = 15_000;

export const widgetSession = (widget_key: string, token: string | null): Promise<WidgetSession> =>
  ask("POST", "/api/widget/sessions", token === null ? { widget_key } : { widget_key, token });

export const ownConversations = (token: string): Promise<{ readonly conversations: readonly OwnConversation[] }> =>
  ask("GET", "/api/widget/conversations", undefined, { authorization: `Bearer ${token}` });

export const login = (email: string, password: string): Promise<Member> => ask("POST", "/api/login", { email, password });

export const logout = (): Promise<void> => ask("POST", "/api/logout", {});

export const whoAmI = (): Promise<Member> => ask("GET", "/api/me");

export const socketTicket = (): Promise<{ readonly ticket: string }> => ask("POST", "/api/socket-tickets", {});

export const inboxSnapshot = (limit = 200): Promise<InboxSnapshot> => ask("GET", `/api/inbox?limit=${limit}`);

/** The server's socket, on the host that this page came from. */
export const socketUrl = (): string => `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws`;

async function ask<Answer>(
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const request: RequestInit = { method, credentials: "same-origin", signal: AbortSignal.timeout(DEADLINE), headers };
  if (body !== undefined) {
    request.body = JSON.stringify(body);
    request.headers = { ...headers, "content-type": "application/json" };
  }
  const response = await fetch(path, request).catch((error: unknown) => {
    throw new ApiError(0, "unreachable", String(error));
  });
  if (response.ok) return (response.status === 204 ? undefined : await response.json()) as Answer;
  const problem = (await response.json().catch(() => ({}))) as Problem;
  const code = problem.code ?? "unavailable";
  throw new ApiError(response.status, code, problem.message ?? response.statusText, (problem.retry_after ?? 0) * 1000);
}
