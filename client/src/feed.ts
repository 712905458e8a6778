/** The live inbox: loads the snapshot, follows the feed, and loads again when the server cannot go on. */

import { inboxSnapshot } from "./api.ts";
import { createEmitter, type Emitter } from "./emitter.ts";
import { emptyInbox, inboxHasHole, takeCards, takeChange, takeInboxResumed, takeReads, takeSnapshot, type FeedEntry, type Inbox } from "./inbox.ts";
import type { Card, Resumed } from "./protocol.ts";
import type { Inbox as InboxSnapshot, Read } from "./rest.ts";

export interface FeedEvents {
  change: Inbox;
  /** A snapshot is here: the feed is to be followed from its position. */
  loaded: Inbox;
  /** The server has told what was missed: from here on everything is heard. */
  current: Inbox;
}

export interface Feed extends Pick<Emitter<FeedEvents>, "on"> {
  readonly inbox: Inbox;
  hasHole(): boolean;
  take(change: FeedEntry): void;
  resume(resumed: Resumed): void;
  load(): void;
  /** Cards that were asked for beside the snapshot; those that are older than what is here change nothing. */
  add(cards: readonly Card[], reads?: readonly Read[]): void;
  /** How far the person has read, here or elsewhere. */
  read(reads: readonly Read[]): void;
  /** The position is of no use: start from a new snapshot. */
  forget(): void;
}

const FIRST_WAIT = 1_000;
const LONGEST_WAIT = 30_000;

export function createFeed(snapshot: () => Promise<InboxSnapshot> = inboxSnapshot): Feed {
  const { on, emit } = createEmitter<FeedEvents>();
  let inbox = emptyInbox;
  let is_loading = false;
  const become = (next: Inbox): void => {
    if (next === inbox) return;
    inbox = next;
    emit("change", inbox);
  };

  async function load(failures = 0): Promise<void> {
    if (is_loading) return;
    is_loading = true;
    const answer = await snapshot().catch(() => null);
    is_loading = false;
    if (answer !== null) {
      become(takeSnapshot(inbox, answer));
      return emit("loaded", inbox);
    }
    const wait = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** failures);
    setTimeout(() => void load(failures + 1), wait * (0.5 + Math.random()));
  }

  return {
    on,
    get inbox() {
      return inbox;
    },
    hasHole: () => inboxHasHole(inbox),
    take: (change) => become(takeChange(inbox, change)),
    resume(resumed) {
      if ((resumed.refused ?? null) !== null) return;
      become(takeInboxResumed(inbox, resumed));
      if (inbox.position === null) void load();
      else emit("current", inbox);
    },
    load: () => void load(),
    add: (cards, reads = []) => become(takeReads(takeCards(inbox, cards), reads)),
    read: (reads) => become(takeReads(inbox, reads)),
    forget() {
      become({ ...inbox, position: null });
      void load();
    },
  };
}
