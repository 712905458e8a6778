/** REST: what is asked for outside the socket. Every call answers, or throws an ApiError. */

import { ask } from "./ask.ts";
import type { Uuid } from "./protocol.ts";
import type { Conversations, Inbox, Reads, VisitorSession } from "./rest.ts";

/** With the token of the last visit, and what the company's backend has signed, where there is either. */
export const widgetSession = (widget_key: string, token?: string, identity?: string): Promise<VisitorSession> =>
  ask("POST", "/api/widget/sessions", { widget_key, token, identity });

export const ownConversations = (token: string): Promise<Conversations> =>
  ask("GET", "/api/widget/conversations", undefined, { authorization: `Bearer ${token}` });

export const socketTicket = (): Promise<{ readonly ticket: string }> => ask("POST", "/api/socket-tickets", {});

export const inboxSnapshot = (limit = 200): Promise<Inbox> => ask("GET", `/api/inbox?limit=${limit}`);

/** How far one has read these conversations oneself, in whichever browser. */
export const inboxReads = (ids: readonly Uuid[]): Promise<Reads> => ask("GET", `/api/inbox/reads?ids=${ids.join(",")}`);

/** The server's socket, on the host that this page came from. */
export const socketUrl = (): string => `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws`;
