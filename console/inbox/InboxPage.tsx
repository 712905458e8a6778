/** The inbox: the conversations of one list, the open thread, and who is on its other side. */

import type { Reach } from "../act/reach.ts";
import { Side } from "../side/Side.tsx";
import { is_side_open } from "../side/fold.ts";
import { Blank } from "../shared/Blank.tsx";
import { ThreadPane } from "../thread/ThreadPane.tsx";
import { Cards } from "./Cards.tsx";

export function InboxPage({ reach, onNav }: { reach: Reach; onNav: () => void }) {
  const { desk } = reach;
  const conversation_id = desk.opened.value;
  const is_open = conversation_id !== null;
  // Where the list is empty, it says itself why.
  const is_empty = reach.cards.value.length === 0;
  const has_side = is_open && is_side_open.value && !reach.desk.is_gone.value;
  return (
    <main class="inbox" id="main" tabIndex={-1} data-open={is_open} data-side={has_side}>
      <Cards reach={reach} onNav={onNav} />
      <section class="thread" aria-label="Conversation">
        {conversation_id === null && !is_empty && (
          <Blank glyph="chat" title="Choose a conversation">
            <p>
              <kbd>j</kbd> and <kbd>k</kbd> move through the list, <kbd>Enter</kbd> opens, <kbd>?</kbd> shows all keys.
            </p>
          </Blank>
        )}
        {conversation_id !== null && <ThreadPane key={conversation_id} reach={reach} conversation_id={conversation_id} />}
      </section>
      {has_side && <Side key={conversation_id} reach={reach} conversation_id={conversation_id} />}
    </main>
  );
}
