/** The company's page around the panel: what it says, and what it is told. Alone in a tab, the panel is always open. */

import type { Page } from "../../client/src/protocol.ts";
import type { ToLoader, ToPanel } from "../messages.ts";

export interface Around {
  readonly is_framed: boolean;
  readonly is_open: boolean;
  /** The person has just come to look. */
  is_new_look: boolean;
  readonly page: Page | null;
  tell(message: ToLoader): void;
  /** Called when the panel was opened, closed, hidden or shown. */
  onChange(changed: () => void): void;
}

/** A page that does not answer in this time is not asked about where the visitor is. */
const PATIENCE = 400;

/** Waits until the page around has said where the visitor is, or a moment. */
export async function meetParent(): Promise<Around> {
  const is_framed = window.parent !== window;
  const origin = decodeURIComponent(location.hash.slice(1));
  let changed = (): void => undefined;
  let page: Page | null = null;
  let is_open = !is_framed;
  const around: Around = {
    is_framed,
    get is_open() {
      return is_open;
    },
    is_new_look: true,
    get page() {
      return page;
    },
    tell(message) {
      if (is_framed && origin !== "") window.parent.postMessage(message, origin);
    },
    onChange(listener) {
      changed = listener;
    },
  };
  const look = (): void => {
    around.is_new_look = true;
    changed();
  };
  document.addEventListener("visibilitychange", look);
  if (is_framed) {
    await new Promise<void>((resolve) => {
      setTimeout(resolve, PATIENCE);
      addEventListener("message", (event: MessageEvent<ToPanel>) => {
        if (event.source !== window.parent || event.origin !== origin) return;
        const message = event.data;
        if (message.frontdesk === "page") {
          page = message.page;
          return resolve();
        }
        is_open = message.frontdesk === "open";
        look();
      });
      around.tell({ frontdesk: "ready" });
    });
  }
  return around;
}
