/** The company's page around the panel: what it says, and what it is told. Alone in a tab, the panel is always open. */

import type { Page } from "../../client/src/protocol.ts";
import type { ToLoader, ToPanel } from "../messages.ts";

export interface Around {
  readonly is_framed: boolean;
  readonly is_open: boolean;
  /** The person has just come to look. */
  is_new_look: boolean;
  readonly page: Page | null;
  /** The token by which the company says who the visitor is; null for nobody. */
  readonly jwt: string | null;
  tell(message: ToLoader): void;
  /** Asks the page around to close the panel, which counts as closed from now on: what comes meanwhile is not read. */
  close(): void;
  /** Called when the panel was opened, closed, hidden or shown. */
  onChange(changed: () => void): void;
  /** Called when the visitor is somebody else from now on. */
  onIdentity(changed: () => void): void;
  /** Asks who the visitor is, once more. */
  identify(): Promise<string | null>;
}

/** A page around that does not answer in this time is not asked where the visitor is, or who: it may be slow to sign. */
const PATIENCE = 5_000;

/** Waits until the page around has said where the visitor is and who. */
export async function meetParent(): Promise<Around> {
  const is_framed = window.parent !== window;
  const origin = decodeURIComponent(location.hash.slice(1));
  let changed = (): void => undefined;
  let identified = (): void => undefined;
  let answer: ((jwt: string | null) => void) | undefined;
  let page: Page | null = null;
  let jwt: string | null = null;
  let is_open = !is_framed;
  const tell = (message: ToLoader): void => {
    if (is_framed && origin !== "") window.parent.postMessage(message, origin);
  };
  /** An answer to `message`, or null when none comes. */
  const ask = (frontdesk: "ready" | "identity"): Promise<string | null> =>
    new Promise((resolve) => {
      answer = resolve;
      setTimeout(resolve, PATIENCE, null);
      tell({ frontdesk });
    });
  const around: Around = {
    is_framed,
    get is_open() {
      return is_open;
    },
    is_new_look: true,
    get page() {
      return page;
    },
    get jwt() {
      return jwt;
    },
    tell,
    close() {
      tell({ frontdesk: "close" });
      is_open = false;
      look();
    },
    onChange(listener) {
      changed = listener;
    },
    onIdentity(listener) {
      identified = listener;
    },
    async identify() {
      return (jwt = await ask("identity"));
    },
  };
  const look = (): void => {
    around.is_new_look = true;
    changed();
  };
  document.addEventListener("visibilitychange", look);
  addEventListener("message", (event: MessageEvent<ToPanel>) => {
    if (!is_framed || event.source !== window.parent || event.origin !== origin) return;
    const message = event.data;
    switch (message.frontdesk) {
      case "page":
        return void (page = message.page);
      case "identity": {
        const is_asked = answer !== undefined;
        answer?.(message.jwt);
        answer = undefined;
        if (!is_asked && message.jwt !== jwt) identified();
        return;
      }
      default:
        is_open = message.frontdesk === "open";
        look();
    }
  });
  if (is_framed) jwt = await ask("ready");
  return around;
}
