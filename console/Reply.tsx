/** Where one answers the visitor, or leaves a note that only the team sees. */

import { useSignal, type Signal } from "@preact/signals";
import type { Uuid } from "../client/src/protocol.ts";
import { Composer } from "../client/ui/Composer.tsx";
import type { Desk } from "./desk.ts";

interface Props {
  readonly desk: Desk;
  readonly conversation_id: Uuid;
  readonly is_note: Signal<boolean>;
  readonly is_closed: boolean;
}

export function Reply({ desk, conversation_id, is_note, is_closed }: Props) {
  const text = useSignal(recall(conversation_id));
  // The team may always add a note; whoever wants to answer opens the conversation first.
  const as_note = is_note.value || is_closed;
  const write = (next: string): void => {
    text.value = next;
    remember(conversation_id, next);
    if (next.trim() === "") desk.talk.stop();
    else desk.talk.press(conversation_id, as_note);
  };
  return (
    <div class="reply" data-note={as_note}>
      <div class="modes" role="group" aria-label="What to write">
        <button type="button" aria-pressed={!as_note} disabled={is_closed} onClick={() => (is_note.value = false)} title="r">
          Reply
        </button>
        <button type="button" aria-pressed={as_note} onClick={() => (is_note.value = true)} title="n">
          Note
        </button>
        {as_note && <span>Only your team sees this.</span>}
      </div>
      <Composer
        label={as_note ? "Your note for the team" : "Your reply"}
        placeholder={as_note ? "Write a note for the team" : "Write a reply"}
        text={text.value}
        onText={write}
        onSend={(body) => desk.say(body, as_note)}
      />
    </div>
  );
}

function recall(conversation_id: Uuid): string {
  try {
    return sessionStorage.getItem(`frontdesk:text:${conversation_id}`) ?? "";
  } catch {
    return "";
  }
}

function remember(conversation_id: Uuid, text: string): void {
  try {
    sessionStorage.setItem(`frontdesk:text:${conversation_id}`, text);
  } catch {
    // A browser that blocks storage loses a half-written line with the page, and nothing else.
  }
}
