/** What loader and panel say to each other, over the border of two origins. */

import type { Page } from "../client/src/protocol.ts";

export type ToPanel = { readonly frontdesk: "open" | "close" } | { readonly frontdesk: "page"; readonly page: Page };

export type ToLoader =
  | { readonly frontdesk: "ready" | "close" }
  | { readonly frontdesk: "unread"; readonly count: number };
