/** Where one is: the address as a signal. Plain links are followed without loading the page anew. */

import { signal, type ReadonlySignal } from "@preact/signals";

export interface Place {
  readonly path: string;
  readonly query: string;
  readonly hash: string;
  /** What an entry of the history keeps beside its address: the list that a conversation was opened from. */
  readonly list: string | null;
}

const here = signal<Place>(read());

export const place: ReadonlySignal<Place> = here;

/** Addresses of other pages, which the browser loads. */
const OURS = /^\/(?:$|console(?:$|\/(?!try\/))|login$|signup$|invite$|reset$)/;

export interface Way {
  /** Takes the place of the entry that is there: nothing to come back to. */
  readonly replace?: boolean;
  readonly list?: string | null;
}

export function go(address: string, { replace = false, list = null }: Way = {}): void {
  const state = { list };
  if (replace) history.replaceState(state, "", address);
  else if (address !== location.pathname + location.search + location.hash) history.pushState(state, "", address);
  here.value = read();
}

/** Follows the browser's own ways until the returned function is called. */
export function startRouter(): () => void {
  const follow = (): void => void (here.value = read());
  const click = (event: MouseEvent): void => {
    const link = (event.target as Element | null)?.closest?.("a[href]");
    if (!(link instanceof HTMLAnchorElement) || !isPlain(event) || link.target !== "" || link.hasAttribute("download")) return;
    if (link.origin !== location.origin || !OURS.test(link.pathname)) return;
    // A place on the same page is the browser's.
    if (link.hash !== "" && link.pathname === location.pathname && link.search === location.search) return;
    event.preventDefault();
    go(link.pathname + link.search + link.hash, { list: link.dataset["list"] ?? null });
  };
  addEventListener("popstate", follow);
  document.addEventListener("click", click);
  return () => {
    removeEventListener("popstate", follow);
    document.removeEventListener("click", click);
  };
}

const isPlain = (event: MouseEvent): boolean =>
  event.button === 0 && !event.defaultPrevented && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;

function read(): Place {
  const { list = null } = (history.state ?? {}) as { list?: string | null };
  return { path: location.pathname, query: location.search, hash: location.hash, list };
}
