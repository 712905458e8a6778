/** Where one answers the visitor, or leaves a note that only the team sees. The two never share a text or a colour. */

import { useEffect, useLayoutEffect, useState } from "preact/hooks";
import { linesOf, type Line } from "../../client/src/lines.ts";
import type { Card, Uuid } from "../../client/src/protocol.ts";
import { writing } from "../act/actions.ts";
import { join, leave, mayTake, take } from "../act/decide.ts";
import type { Reach } from "../act/reach.ts";
import { countUse } from "../api/chat.ts";
import { hasJoined } from "../inbox/lists.ts";
import { Button } from "../shared/Button.tsx";
import { Glyph } from "../shared/Glyph.tsx";
import { sends_with } from "../shared/sending.ts";
import { useAtOnce } from "../shared/useAtOnce.ts";
import { Change } from "./Change.tsx";
import { Editor } from "./Editor.tsx";
import { editing, mayChange, withChanges } from "./own.ts";
import { SuggestionBox } from "./SuggestionBox.tsx";
import { keepTexts, textsOf, type Texts } from "./texts.ts";
import { fill } from "./variables.ts";

interface Props {
  readonly reach: Reach;
  readonly conversation_id: Uuid;
  readonly card: Card | undefined;
  readonly is_closed: boolean;
}

export function Composer({ reach, conversation_id, card, is_closed }: Props) {
  const { desk } = reach;
  const { me } = desk;
  const [texts, setTexts] = useState<Texts>(() => textsOf(me.agent_id, conversation_id));
  const [focus_at, setFocusAt] = useState(0);
  const may_reply = desk.may("conversation.reply") && !is_closed;
  const may_note = desk.may("conversation.note");
  const as_note = may_note && (texts.is_note || !may_reply);
  const text = as_note ? texts.note : texts.reply;

  const change = (next: Texts): void => {
    setTexts(next);
    keepTexts(me.agent_id, conversation_id, next);
  };
  const write = (next: string): void => {
    change(as_note ? { ...texts, note: next } : { ...texts, reply: next, suggestion_id: next.trim() === "" ? null : texts.suggestion_id });
    if (next.trim() === "") desk.talk.stop();
    else desk.talk.press(conversation_id, as_note);
  };
  const send = (): void => {
    const body = text.trim();
    if (body === "") return;
    change(as_note ? { ...texts, note: "" } : { ...texts, reply: "", suggestion_id: null });
    desk.say(body, as_note, as_note ? null : texts.suggestion_id);
  };
  const { suggesting } = desk;
  const best = suggesting.best.value;
  const suggestion = may_reply && !as_note && best?.id !== texts.suggestion_id ? best : undefined;
  const useIt = (): void => {
    if (suggestion === undefined) return;
    const begun = texts.reply.trim();
    change({ ...texts, reply: begun === "" ? suggestion.body : `${begun}\n\n${suggestion.body}`, suggestion_id: suggestion.id });
    setFocusAt(Date.now());
  };
  const dismiss = (): boolean => {
    if (suggestion === undefined) return false;
    suggesting.dismiss(suggestion);
    setFocusAt(Date.now());
    return true;
  };
  const turn = (is_note: boolean): void => {
    change({ ...texts, is_note });
    setFocusAt(Date.now());
  };
  const linesNow = (): readonly Line[] => {
    const entries = desk.timeline.value?.entries ?? [];
    return withChanges(linesOf(entries), desk.drafts.value, entries).lines;
  };
  const lineOf = (id: Uuid): Line | undefined => linesNow().find((line) => line.id === id);
  const editLast = (): boolean => {
    const last = linesNow().findLast((line) => mayChange(desk, card, line));
    if (last?.kind === "message") editing.value = last;
    return last !== undefined;
  };
  // A key or the palette asked for the field.
  useAtOnce(() => {
    const asked = writing.value;
    if (asked === null || asked.conversation_id !== conversation_id) return;
    writing.value = null;
    editing.value = null;
    setTexts((known) => ({ ...known, is_note: asked.is_note, reply: asked.text !== "" && known.reply === "" ? asked.text : known.reply }));
    setFocusAt(Date.now());
  });
  useEffect(() => () => desk.talk.stop(), []);
  useLayoutEffect(() => () => void (editing.value = null), []);

  if (!may_reply && !may_note) return <p class="looking-on">You can read this conversation. To answer, ask an admin for the role of an agent.</p>;
  const around = {
    contact_name: card?.contact_name ?? "",
    contact_email: card?.contact_email ?? "",
    agent_name: me.name,
    organization_name: me.organization_name,
  };
  const changed = editing.value;
  if (changed !== null && mayChange(desk, card, lineOf(changed.id))) {
    const leave = (): void => {
      editing.value = null;
      setFocusAt(Date.now());
    };
    return (
      <div class="composer-pane">
        <Change key={changed.id} desk={desk} line={changed} onLeave={leave} />
      </div>
    );
  }
  const holder = card?.assigned_agent_id ?? null;
  const has_joined = hasJoined(card, me.agent_id);
  return (
    <div class="composer-pane">
      {holder !== null && holder !== me.agent_id && !is_closed && !as_note && (
        <p class="collision">
          <span>
            <bdi>{card?.assigned_agent_name || "Somebody"}</bdi> has this conversation{has_joined ? ", and you take part" : ""}.
          </span>
          {may_note && <Button kind="link" onClick={() => turn(true)}>Whisper in a note</Button>}
          {!has_joined && desk.may("conversation.join") && <Button kind="link" onClick={() => void join(desk, conversation_id)}>Join</Button>}
          {has_joined && <Button kind="link" onClick={() => void leave(desk, conversation_id)}>Leave</Button>}
          {mayTake(desk, card) && <Button kind="link" onClick={() => void take(desk, conversation_id)}>Take it over</Button>}
        </p>
      )}
      {suggestion !== undefined && <SuggestionBox suggestion={suggestion} onTake={useIt} onDismiss={dismiss} />}
      {!as_note && texts.suggestion_id !== null && suggesting.isLate(texts.suggestion_id) && (
        <p class="collision" role="status">Somebody has written since this was suggested.</p>
      )}
      <div class="reply" data-note={as_note}>
        <div class="modes" role="group" aria-label="What to write">
          <button type="button" aria-pressed={!as_note} disabled={!may_reply} onClick={() => turn(false)} title="Reply (r)">Reply</button>
          {may_note && <button type="button" aria-pressed={as_note} onClick={() => turn(true)} title="Note (n)">Note</button>}
          {as_note && (
            <span class="only">
              <Glyph name="note" size={14} /> Only your team sees this
            </span>
          )}
        </div>
        <Editor
          label={as_note ? "Your note for the team" : "Your reply"}
          placeholder={as_note ? "Write a note for the team" : "Write a reply, or / for a canned response"}
          text={text}
          canned={as_note ? null : desk.directory.canned.value}
          focus_at={focus_at}
          onText={write}
          onSend={send}
          onAsk={desk.directory.wantCanned}
          onUp={editLast}
          {...(suggestion !== undefined && { onTake: useIt, onEscape: dismiss })}
          answerOf={(canned) => {
            countUse(canned.id).catch(() => undefined); // Counted for the lists only; the answer is here already.
            return fill(canned.content, around);
          }}
        />
        <div class="foot">
          <span class="how">
            <kbd>{sends_with.value === "enter" ? "Enter" : "Ctrl Enter"}</kbd> {as_note ? "adds the note" : "sends"}
          </span>
          <Button kind="primary" is_disabled={text.trim() === ""} onClick={send}>{as_note ? "Add note" : "Send"}</Button>
        </div>
      </div>
    </div>
  );
}
