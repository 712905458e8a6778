/** One conversation: its head, what was said and decided, and where to answer. */

import { useSignalEffect } from "@preact/signals";
import { useEffect, useLayoutEffect } from "preact/hooks";
import type { Uuid } from "../../client/src/protocol.ts";
import { Network } from "../../client/ui/Network.tsx";
import type { Reach } from "../act/reach.ts";
import { showConversation } from "../api/chat.ts";
import { isClosed } from "../inbox/lists.ts";
import { Blank } from "../shared/Blank.tsx";
import { is_looking } from "../shared/looking.ts";
import { Composer } from "./Composer.tsx";
import { DraftBox } from "./DraftBox.tsx";
import { Deletion } from "./Deletion.tsx";
import { Head } from "./Head.tsx";
import { Messages } from "./Messages.tsx";
import { deleting } from "./own.ts";

export function ThreadPane({ reach, conversation_id }: { reach: Reach; conversation_id: Uuid }) {
  const { desk } = reach;
  // A conversation that is older than the snapshot has no card yet.
  useEffect(() => {
    if (desk.inbox.peek().cards[conversation_id] !== undefined) return;
    showConversation(conversation_id).then(
      ({ card, read_upto: upto }) => desk.takeCards([card], [{ conversation_id, upto }]),
      () => undefined, // The log tells by itself when it is gone.
    );
  }, [conversation_id, desk.inbox.value.position === null]);
  useSignalEffect(() => {
    if (is_looking.value && desk.timeline.value?.position != null && desk.opened.value === conversation_id) desk.read();
  });

  useLayoutEffect(() => () => void (deleting.value = null), []);

  if (desk.is_gone.value) {
    return (
      <Blank is_page glyph="search" title="This conversation is not there" told={desk.may("queue.read") ? "It was removed, or it belongs to another organization." : "Somebody else has it by now, or it was removed. You see what you hold, are offered, or closed yourself."}>
        <a class="button plain" href="/console">Back to the conversations</a>
      </Blank>
    );
  }
  const card = desk.card.value;
  const is_closed = card !== undefined && isClosed(card);
  return (
    <>
      <Head reach={reach} conversation_id={conversation_id} card={card} is_closed={is_closed} />
      <Network state={desk.network.value} is_fresh={!desk.was_live.value} />
      {!desk.is_durable.value && (
        <div class="network" role="status">This browser keeps nothing: stay until your words are sent.</div>
      )}
      <Messages reach={reach} conversation_id={conversation_id} />
      {deleting.value !== null && <Deletion desk={desk} line={deleting.value} />}
      {desk.collaborating.drafts.value.map((draft) => <div class="draft-pane" key={draft.id}><DraftBox desk={desk} draft={draft} /></div>)}
      <Composer reach={reach} conversation_id={conversation_id} card={card} is_closed={is_closed} />
    </>
  );
}
