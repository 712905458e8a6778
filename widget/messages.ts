/** What loader and panel say to each other, over the border of two origins. */

import type { Page } from "../client/src/protocol.ts";

export type ToPanel =
  | { readonly frontdesk: "open" | "close" }
  /** Where the visitor is; said again whenever that changes. */
  | { readonly frontdesk: "page"; readonly page: Page }
  /** Who the company's backend says the visitor is: its signed token, or null for nobody. */
  | { readonly frontdesk: "identity"; readonly jwt: string | null };

export type ToLoader =
  /** `identity` asks for who the visitor is, again when what was said has ended. */
  | { readonly frontdesk: "ready" | "close" | "identity" }
  /** `label` says the count in words; `is_kept` says that there is a conversation to come back to. */
  | { readonly frontdesk: "unread"; readonly count: number; readonly label: string; readonly is_kept: boolean }
  /** Something was said; what it was stays in the panel. */
  | { readonly frontdesk: "message"; readonly from: "visitor" | "team" }
  /** The signed token was refused; for whoever builds the page. */
  | { readonly frontdesk: "refused"; readonly reason: string };
