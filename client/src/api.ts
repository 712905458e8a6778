/** REST: what is asked for outside the socket. Every call answers, or throws an ApiError. */

import { ask } from "./ask.ts";
import type { Card, ConversationStatus, Counts, Milliseconds, Position, Uuid } from "./protocol.ts";

export interface WidgetSession {
  readonly token: string;
  readonly expires_at: Milliseconds;
  readonly contact_id: Uuid;
  /** The company's backend has said who this is. */
  readonly is_known: boolean;
  readonly has_email: boolean;
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

/** With the token of the last visit, and what the company's backend has signed, where there is either. */
export const widgetSession = (widget_key: string, token?: string, identity?: string): Promise<WidgetSession> =>
  ask("POST", "/api/widget/sessions", { widget_key, token, identity });

export const ownConversations = (token: string): Promise<{ readonly conversations: readonly OwnConversation[] }> =>
  ask("GET", "/api/widget/conversations", undefined, { authorization: `Bearer ${token}` });

export const login = (email: string, password: string): Promise<Member> => ask("POST", "/api/login", { email, password });

export const logout = (): Promise<void> => ask("POST", "/api/logout", {});

export const whoAmI = (): Promise<Member> => ask("GET", "/api/me");

export const socketTicket = (): Promise<{ readonly ticket: string }> => ask("POST", "/api/socket-tickets", {});

export const inboxSnapshot = (limit = 200): Promise<InboxSnapshot> => ask("GET", `/api/inbox?limit=${limit}`);

/** The server's socket, on the host that this page came from. */
export const socketUrl = (): string => `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws`;
