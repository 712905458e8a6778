/** Runs in the company's page: one button, and on the first use a frame with the panel in it. */

import type { ToLoader, ToPanel } from "../messages.ts";
import { createApi, type Identity } from "./api.ts";
import { recall, remember } from "./flag.ts";
import { drawLauncher, type Launcher } from "./launcher.ts";

const script = document.currentScript as HTMLScriptElement | null;
const key = script?.dataset["key"];
const page_language = document.documentElement.lang || navigator.language;

// A page that loads the script twice gets one button.
if (script !== null && key !== undefined && window.Frontdesk === undefined) start(new URL(script.src).origin, key);

function start(home: string, widget_key: string): void {
  const query = `?key=${encodeURIComponent(widget_key)}&lang=${encodeURIComponent(page_language)}`;
  let launcher: Launcher | undefined;
  let frame: HTMLIFrameElement | undefined;
  let is_open = false;
  let unread = 0;
  /** What the panel hears again when it starts anew. */
  let identity: Identity = null;
  /** Before, the frame is no document of ours; the panel hears everything when it says that it is ready. */
  let is_there = false;

  const { emit } = createApi({
    open: () => show(true),
    close: () => show(false),
    toggle: () => show(!is_open),
    identify(next) {
      identity = next ?? null;
      void tellIdentity();
    },
  });

  const tell = (message: ToPanel): void => {
    if (is_there) frame?.contentWindow?.postMessage(message, home);
  };
  const tellPage = (): void =>
    tell({
      frontdesk: "page",
      page: { url: location.href.slice(0, 2000), title: document.title.slice(0, 200), referrer: document.referrer.slice(0, 2000) },
    });
  async function tellIdentity(): Promise<void> {
    if (!is_there) return;
    const said = identity;
    try {
      const jwt = typeof said === "function" ? await said() : said;
      if (said === identity) tell({ frontdesk: "identity", jwt: jwt || null });
    } catch (error) {
      warn(`no identity token: ${String(error)}`);
      tell({ frontdesk: "identity", jwt: null });
    }
  }

  /** The panel is loaded when somebody is about to use it, or has a conversation to come back to. */
  function load(): void {
    if (frame !== undefined || launcher === undefined) return;
    frame = document.createElement("iframe");
    frame.title = "Chat";
    // After the hash, so that it reaches no server: the panel has to know whom it may talk to.
    frame.src = `${home}/widget/panel${query}#${location.origin}`;
    launcher.root.append(frame);
    fit();
  }

  function show(open: boolean): void {
    if (open === is_open) return;
    is_open = open;
    // Before the settings are here there is nothing to show; it opens as soon as they are.
    if (launcher === undefined) return;
    if (open) load();
    launcher.become(open);
    tellPage();
    tell({ frontdesk: open ? "open" : "close" });
    if (open) frame?.focus();
    else launcher.button.focus();
    fit();
    emit(open ? "open" : "close", undefined);
  }

  /** A phone's keyboard covers what is fixed to the page; the panel stays in what is left. */
  function fit(): void {
    const seen = window.visualViewport;
    if (seen === null || frame === undefined) return;
    const is_covered = is_open && innerWidth < 480 && seen.height < innerHeight - 80 && seen.scale === 1;
    frame.style.height = is_covered ? `${seen.height}px` : "";
    frame.style.top = is_covered ? `${seen.offsetTop}px` : "";
  }

  addEventListener("message", (event: MessageEvent<ToLoader>) => {
    if (frame === undefined || event.source !== frame.contentWindow || event.origin !== home) return;
    const message = event.data;
    switch (message.frontdesk) {
      case "close":
        return show(false);
      case "identity":
        return void tellIdentity();
      case "unread":
        launcher?.mark(message.count, message.label);
        remember(widget_key, message.is_kept ? message.count : null);
        if (message.count !== unread) emit("unread", (unread = message.count));
        return;
      case "message":
        return emit("message", { from: message.from });
      case "refused":
        return warn(message.reason);
      case "ready":
        is_there = true;
        tellPage();
        void tellIdentity();
        if (is_open) tell({ frontdesk: "open" });
    }
  });
  // Pages that change without loading; old browsers tell only of some, and the next opening tells the rest.
  (window as { navigation?: EventTarget }).navigation?.addEventListener("currententrychange", () => setTimeout(tellPage));
  addEventListener("popstate", tellPage);
  window.visualViewport?.addEventListener("resize", fit);

  async function arrive(): Promise<void> {
    const answer = await fetch(`${home}/widget/settings${query}`, { credentials: "omit" });
    const told = await answer.json();
    if (!answer.ok) throw new Error(told.message);
    launcher = drawLauncher(told, () => show(!is_open), load);
    // An async script may run before there is a body.
    if (document.body === null) await new Promise((done) => addEventListener("DOMContentLoaded", done));
    document.body.append(launcher.host);
    const kept = recall(widget_key);
    if (kept !== null) load();
    if (kept) launcher.mark(kept, String(kept));
    if (is_open) {
      is_open = false;
      show(true);
    }
    emit("ready", undefined);
  }
  arrive().catch((error: Error) => warn(`the chat is not shown: ${error.message}`));
}

function warn(message: string): void {
  console.warn(`Frontdesk: ${message}`);
}
