/** A visitor whom the company knows: its backend has signed who it is. Loaded only where a page says so. */

import { widgetSession } from "../../client/src/api.ts";
import { openDrafts } from "../../client/src/drafts.ts";
import { ApiError } from "../../client/src/errors.ts";
import type { VisitorSession } from "../../client/src/rest.ts";
import { createKeep, type Keep, type Kept } from "./keep.ts";
import type { Around } from "./parent.ts";

export interface Known {
  /** Of this tab alone: the next person at this browser finds nothing of it. */
  readonly keep: Keep;
  /** A new session by a new token of the company's. */
  renew(): Promise<VisitorSession>;
}

/** The token was good once and is not any more; the page has no other. */
export class SignedOut extends Error {}

const LEFT_AT_LEAST = 60_000;

/** Shows the company's token to the server; null when it is refused, which the page around is told. */
export async function becomeKnown(widget_key: string, around: Around, anonymous: Keep): Promise<Known | null> {
  const keep = createKeep(`frontdesk:${widget_key}:known`, "sessionStorage");
  const renew = async (): Promise<VisitorSession> => {
    const jwt = await around.identify();
    if (jwt === null) throw new ApiError(401, "unauthenticated", "the page does not say who the visitor is");
    return exchange(jwt);
  };
  const exchange = (jwt: string, token?: string): Promise<VisitorSession> => widgetSession(widget_key, token, jwt);
  const known = { keep, renew };
  const jwt = around.jwt ?? "";
  const before = keep.get();
  // Each token is good once: after a reload of the same page its session goes on.
  if (before?.jwt === jwt && before.session.expires_at - Date.now() > LEFT_AT_LEAST) return known;
  const stranger = anonymous.get();
  try {
    const session = await exchange(jwt, stranger?.session.token);
    keep.set({ ...latest(session, before, stranger), session, jwt });
    // What was said here without a name belongs to this person now, also what still waits to be sent.
    if (stranger !== null) await hand_over(widget_key, stranger.session, session);
    anonymous.set(null);
    return known;
  } catch (error) {
    if (!(error instanceof ApiError) || !error.is_final) throw error;
    if (before?.jwt === jwt) throw new SignedOut();
    around.tell({ frontdesk: "refused", reason: `identify was refused: ${error.message}` });
    keep.set(null);
    return null;
  }
}

function latest(session: VisitorSession, before: Kept | null, stranger: Kept | null): Pick<Kept, "conversation_id" | "read"> {
  const known = before?.session.contact_id === session.contact_id ? before : null;
  return {
    conversation_id: stranger?.conversation_id ?? known?.conversation_id ?? null,
    read: { ...known?.read, ...stranger?.read },
  };
}

async function hand_over(widget_key: string, from: VisitorSession, to: VisitorSession): Promise<void> {
  const [old, now] = await Promise.all([from, to].map(({ contact_id }) => openDrafts(`frontdesk:${widget_key}:${contact_id}`)));
  if (old === undefined || now === undefined) return;
  for (const owner of await old.owners()) {
    for (const draft of await old.adopt(owner, owner)) {
      await now.put(draft);
      await old.remove(draft.id);
    }
  }
  old.close();
  now.close();
}
