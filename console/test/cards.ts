/** Cards to look at. */

import type { Card } from "../../client/src/protocol.ts";

export const ME = "me";

export const card = (conversation_id: string, change: Partial<Card> = {}): Card => ({
  conversation_id, status: "open", version: 1, priority: 3, contact_id: "p", contact_name: "Vera", channel_id: "ch",
  channel_name: "Shop", channel_kind: "web_widget", started_at: 0, last_seq: 1, message_count: 1, ...change,
});
