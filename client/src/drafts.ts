/** Where drafts survive a reload: IndexedDB, or memory where the browser allows nothing else. */

import type { DeleteMessage, EditMessage, Milliseconds, PostMessage, RefusalCode } from "./protocol.ts";
import type { StartConversation, Uuid } from "./protocol.ts";

/** A frame that must not be lost. */
export type Outgoing = StartConversation | PostMessage | EditMessage | DeleteMessage;

export interface Draft {
  readonly id: Uuid;
  readonly conversation_id: Uuid;
  readonly frame: Outgoing;
  /** Drafts are sent in this order. */
  readonly order: number;
  /** The tab that sends it. */
  readonly owner: string;
  readonly made_at: Milliseconds;
  /** Why the server will not have it; the person decides what becomes of it. */
  readonly failure: { readonly code: RefusalCode; readonly message: string } | null;
}

export interface DraftStore {
  /** False: what is here is lost with the page. */
  readonly is_durable: boolean;
  put(draft: Draft): Promise<void>;
  remove(id: Uuid): Promise<void>;
  /** The tabs that have drafts here. */
  owners(): Promise<readonly string[]>;
  /** Gives the drafts of one tab to another and returns them. */
  adopt(from: string, to: string): Promise<readonly Draft[]>;
  close(): void;
}

const STORE = "drafts";
/** A blocked open never answers in some browsers. */
const OPEN_DEADLINE = 3_000;

/** The store of this name; never fails, but may not be durable. */
export async function openDrafts(name: string): Promise<DraftStore> {
  try {
    return durable(await openDatabase(name));
  } catch {
    return inMemory();
  }
}

function openDatabase(name: string): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    setTimeout(() => reject(new Error("IndexedDB does not answer")), OPEN_DEADLINE);
    const request = indexedDB.open(name, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: "id" });
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error("IndexedDB cannot be opened"));
  });
}

function durable(database: IDBDatabase): DraftStore {
  const inside = (act: (drafts: IDBObjectStore) => void): Promise<void> =>
    new Promise((resolve, reject) => {
      const transaction = database.transaction(STORE, "readwrite");
      transaction.oncomplete = () => resolve();
      transaction.onabort = () => reject(transaction.error ?? new Error("IndexedDB gave up"));
      act(transaction.objectStore(STORE));
    });
  return {
    is_durable: true,
    put: (draft) => inside((drafts) => void drafts.put(draft)),
    remove: (id) => inside((drafts) => void drafts.delete(id)),
    async owners() {
      let all: readonly Draft[] = [];
      await inside((drafts) => each(drafts, (found) => (all = found)));
      return [...new Set(all.map((draft) => draft.owner))];
    },
    async adopt(from, to) {
      let adopted: readonly Draft[] = [];
      await inside((drafts) =>
        each(drafts, (found) => {
          adopted = found.filter((draft) => draft.owner === from).map((draft) => ({ ...draft, owner: to }));
          for (const draft of adopted) drafts.put(draft);
        }),
      );
      return adopted;
    },
    close: () => database.close(),
  };
}

function inMemory(): DraftStore {
  const drafts = new Map<Uuid, Draft>();
  return {
    is_durable: false,
    put: (draft) => Promise.resolve(void drafts.set(draft.id, draft)),
    remove: (id) => Promise.resolve(void drafts.delete(id)),
    owners: () => Promise.resolve([]),
    adopt: () => Promise.resolve([]),
    close: () => drafts.clear(),
  };
}

function each(drafts: IDBObjectStore, act: (found: Draft[]) => void): void {
  const all: IDBRequest<Draft[]> = drafts.getAll();
  all.onsuccess = () => act(all.result);
}
