/** What the company's page may ask of the widget, also before this script is here. */

/** A token that the company's backend has signed, or how to get one; null for a visitor whom nobody knows. */
export type Identity = string | null | (() => string | null | Promise<string | null>);

interface Events {
  ready: undefined;
  open: undefined;
  close: undefined;
  message: { readonly from: "visitor" | "team" };
  unread: number;
}

interface Acts {
  open(): void;
  close(): void;
  toggle(): void;
  identify(identity?: Identity): void;
}

export interface Frontdesk extends Acts {
  /** Calls `listener` at every such event, until the returned function is called. */
  on<Type extends keyof Events>(type: Type, listener: (event: Events[Type]) => void): () => void;
}

type Call = [name: keyof Frontdesk, ...given: unknown[]];

declare global {
  interface Window {
    Frontdesk?: Frontdesk;
    /** The same as one function, which a page may put here before the script has come. */
    frontdesk?: ((...call: Call) => unknown) & { q?: Call[] };
  }
}

/** Puts `Frontdesk` on the page and does what was asked of it before. */
export function createApi(acts: Acts): { emit<Type extends keyof Events>(type: Type, event: Events[Type]): void } {
  const listeners: { [type: string]: Set<(event: never) => void> } = {};
  let is_ready = false;
  const api: Frontdesk = {
    ...acts,
    on(type, listener) {
      const known = (listeners[type] ??= new Set());
      known.add(listener);
      // Who comes late has not missed it.
      if (type === "ready" && is_ready) (listener as () => void)();
      return () => known.delete(listener);
    },
  };
  const early = window.frontdesk?.q ?? [];
  window.Frontdesk = api;
  window.frontdesk = (name, ...given) => (api[name] as ((...given: unknown[]) => unknown) | undefined)?.(...given);
  for (const call of early) window.frontdesk(...(Array.from(call) as Call));
  return {
    emit(type, event) {
      is_ready ||= type === "ready";
      for (const listener of listeners[type] ?? []) (listener as (told: typeof event) => void)(event);
    },
  };
}
