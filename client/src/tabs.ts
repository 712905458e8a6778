/** Tells which tabs of this origin live, so that each draft is sent by one of them, and by another when that one is gone. */

import { uuid7 } from "./ids.ts";

interface Greeting {
  readonly owner: string;
  readonly is_new: boolean;
}

export interface Tabs {
  /** This tab's name. */
  readonly owner: string;
  /** Takes over from a tab as soon as it is gone. */
  follow(tab: string): void;
  close(): void;
}

/**
 * Every tab holds a lock of its own name for as long as it lives, and waits for the locks of all others: whoever gets
 * one knows that its tab is gone. `onGone` runs in one tab only, and nobody else runs it for that tab meanwhile. Without
 * Web Locks (a page that is not secure) others are taken for gone at once: the server takes an id only once anyway.
 */
export function createTabs(name: string, onGone: (owner: string) => Promise<void>): Tabs {
  const owner = uuid7(Date.now());
  const locks = navigator.locks as LockManager | undefined;
  if (locks === undefined) return { owner, follow: (tab) => void onGone(tab), close: () => undefined };
  const ended = new AbortController();
  const followed = new Set([owner]);
  const lockOf = (tab: string): string => `${name}:${tab}`;
  const follow = (tab: string): void => {
    if (followed.has(tab)) return;
    followed.add(tab);
    const asked = locks.request(lockOf(tab), { signal: ended.signal }, () => onGone(tab));
    asked.catch(() => undefined); // Only `close` ends the waiting early.
  };
  let release = (): void => undefined;
  const lives = new Promise<void>((resolve) => (release = resolve));
  void locks.request(lockOf(owner), () => lives);

  const channel = new BroadcastChannel(name);
  const greet = (is_new: boolean): void => channel.postMessage({ owner, is_new } satisfies Greeting);
  channel.addEventListener("message", (event: MessageEvent<Greeting>) => {
    follow(event.data.owner);
    if (event.data.is_new) greet(false);
  });
  greet(true);
  return {
    owner,
    follow,
    close() {
      ended.abort();
      channel.close();
      release();
    },
  };
}
