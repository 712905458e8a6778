/** Brings in what the snapshot left out: the further pages of a list, as far as somebody scrolls. */

import { signal, type ReadonlySignal } from "@preact/signals";
import type { Card } from "../../client/src/protocol.ts";
import type { Cards as Answer, Read } from "../../client/src/rest.ts";
import { listCards, type CardFilter } from "../api/chat.ts";
import type { ListName } from "../app/routes.ts";

export interface Pages {
  readonly is_loading: boolean;
  readonly has_failed: boolean;
  /** Everything of this list is here. */
  readonly is_complete: boolean;
}

export interface Pager {
  readonly pages: ReadonlySignal<Readonly<Partial<Record<ListName, Pages>>>>;
  /** Loads the next page, unless one is on its way or there is none. */
  more(list: ListName): Promise<void>;
  /** A new snapshot took the place of everything. */
  forget(): void;
}

const NOTHING: Pages = { is_loading: false, has_failed: false, is_complete: false };

export function createPager(
  filtersOf: (list: ListName) => readonly CardFilter[],
  take: (cards: readonly Card[], reads: readonly Read[]) => void,
  load: (filter: CardFilter, cursor: string) => Promise<Answer> = listCards,
): Pager {
  const pages = signal<Partial<Record<ListName, Pages>>>({});
  /** By list and filter: where its next page begins; null when there is none. */
  let cursors = new Map<ListName, (string | null)[]>();
  let generation = 0;
  const set = (list: ListName, change: Partial<Pages>): void => {
    pages.value = { ...pages.value, [list]: { ...(pages.value[list] ?? NOTHING), ...change } };
  };

  return {
    pages,
    async more(list) {
      const known = pages.value[list] ?? NOTHING;
      if (known.is_loading || known.is_complete) return;
      const mine = generation;
      const filters = filtersOf(list);
      const from = cursors.get(list) ?? filters.map(() => "");
      set(list, { is_loading: true, has_failed: false });
      try {
        // A list of several states goes on in all of them at once, so that it stays in the order of time.
        const answers = await Promise.all(
          filters.map((filter, index) => {
            const cursor = from[index];
            return cursor == null ? null : load(filter, cursor);
          }),
        );
        if (mine !== generation) return;
        const next = answers.map((answer) => answer?.next_cursor || null);
        cursors.set(list, next);
        take(answers.flatMap((answer) => answer?.items ?? []), answers.flatMap((answer) => answer?.reads ?? []));
        set(list, { is_loading: false, is_complete: next.every((cursor) => cursor === null) });
      } catch {
        if (mine === generation) set(list, { is_loading: false, has_failed: true });
      }
    },
    forget() {
      generation++;
      cursors = new Map();
      pages.value = {};
    },
  };
}
