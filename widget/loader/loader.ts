/** Runs in the company's page: one button, and on the first click a frame with the panel in it. */

import { drawButton, STYLE } from "./style.ts";
import type { ToLoader, ToPanel } from "../messages.ts";

interface Frontdesk {
  open(): void;
  close(): void;
  toggle(): void;
}

declare global {
  interface Window {
    Frontdesk?: Frontdesk;
  }
}

const script = document.currentScript as HTMLScriptElement | null;
const key = script?.dataset["key"];

// A page that loads the script twice gets one button.
if (script !== null && key !== undefined && window.Frontdesk === undefined) start(new URL(script.src).origin, key);

function start(home: string, widget_key: string): void {
  const host = document.createElement("div");
  const root = host.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(STYLE);
  root.adoptedStyleSheets = [sheet];
  const { button, badge } = drawButton();
  root.append(button);
  let frame: HTMLIFrameElement | null = null;
  let is_open = false;

  const tell = (message: ToPanel): void => frame?.contentWindow?.postMessage(message, home);

  function load(): HTMLIFrameElement {
    const made = document.createElement("iframe");
    made.title = "Chat";
    made.allow = "clipboard-write";
    // After the hash, so that it reaches no server: the panel has to know whom it may talk to.
    made.src = `${home}/widget/panel?key=${encodeURIComponent(widget_key)}#${location.origin}`;
    root.append(made);
    return made;
  }

  function show(open: boolean): void {
    if (open === is_open) return;
    is_open = open;
    if (open) frame ??= load();
    host.toggleAttribute("open", open);
    button.setAttribute("aria-expanded", String(open));
    tell({ frontdesk: open ? "open" : "close" });
    if (open) frame?.focus();
    else button.focus();
  }

  addEventListener("message", (event: MessageEvent<ToLoader>) => {
    if (frame === null || event.source !== frame.contentWindow || event.origin !== home) return;
    const message = event.data;
    if (message.frontdesk === "close") show(false);
    if (message.frontdesk === "unread") {
      badge.textContent = message.count > 99 ? "99+" : String(message.count);
      badge.hidden = message.count === 0;
      button.setAttribute("aria-label", message.count === 0 ? "Chat with us" : `Chat with us, ${message.count} unread`);
    }
    if (message.frontdesk === "ready") {
      const page = { url: location.href, title: document.title, referrer: document.referrer };
      tell({ frontdesk: "page", page });
      if (is_open) tell({ frontdesk: "open" });
    }
  });
  button.addEventListener("click", () => show(!is_open));
  window.Frontdesk = { open: () => show(true), close: () => show(false), toggle: () => show(!is_open) };
  // An async script may run before there is a body.
  const append = (): void => document.body.append(host);
  if (document.body === null) addEventListener("DOMContentLoaded", append);
  else append();
}
