/** The text field of a reply or a note: grows with it, sends by Enter, and offers canned responses after a slash. */

import { useId, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { CannedResponse } from "../api/chat.ts";
import { sends_with } from "../shared/sending.ts";
import { askedAt, choose, insert, type Asked } from "./canned.ts";
import { CannedList } from "./CannedList.tsx";

interface Props {
  readonly label: string;
  readonly placeholder: string;
  readonly text: string;
  readonly canned: readonly CannedResponse[] | null;
  readonly focus_at: number;
  readonly onText: (text: string) => void;
  readonly onSend: () => void;
  readonly onAsk: () => void;
  /** The arrow up in an empty field; true where it meant something. */
  readonly onUp?: () => boolean;
  /** Alt and Enter; and Escape, true where it meant something. */
  readonly onTake?: () => void;
  readonly onEscape?: () => boolean;
  readonly answerOf: (canned: CannedResponse) => string;
}

/** The protocol's limit of one message. */
const MOST = 8000;

export function Editor({ label, placeholder, text, canned, focus_at, onText, onSend, onAsk, onUp, onTake, onEscape, answerOf }: Props) {
  const id = useId();
  const area = useRef<HTMLTextAreaElement>(null);
  const caret_after = useRef<number | null>(null);
  const [asked, setAsked] = useState<Asked | null>(null);
  const [at, setAt] = useState(0);
  const found = asked === null || canned === null ? [] : choose(canned, asked.words);
  const is_asking = asked !== null && canned !== null;

  useLayoutEffect(() => {
    const element = area.current;
    if (element === null) return;
    element.style.height = "auto";
    element.style.height = `${element.scrollHeight}px`;
    if (caret_after.current === null) return;
    element.setSelectionRange(caret_after.current, caret_after.current);
    caret_after.current = null;
  }, [text, label]);
  // Before anything else happens: a focus that comes late would take the next key.
  useLayoutEffect(() => {
    const element = area.current;
    if (focus_at === 0 || element === null) return;
    element.focus();
    element.setSelectionRange(element.value.length, element.value.length);
    look(element);
  }, [focus_at]);

  function look(element: HTMLTextAreaElement): void {
    const next = canned === null ? null : askedAt(element.value, element.selectionEnd);
    if (next !== null && asked === null) onAsk();
    setAsked(next);
    if (next?.words !== asked?.words) setAt(0);
  }

  function pick(each: CannedResponse): void {
    if (asked === null) return;
    const next = insert(text, asked, answerOf(each));
    caret_after.current = next.caret;
    setAsked(null);
    onText(next.text);
  }

  function press(event: KeyboardEvent): void {
    if (event.isComposing) return; // Enter chooses a word of the input method.
    if (is_asking) {
      const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (by !== undefined && found.length > 0) {
        event.preventDefault();
        return setAt((at + by + found.length) % found.length);
      }
      const chosen = found[Math.min(at, found.length - 1)];
      if ((event.key === "Enter" || event.key === "Tab") && chosen !== undefined && !event.shiftKey) {
        event.preventDefault();
        return pick(chosen);
      }
      if (event.key === "Escape") {
        event.preventDefault();
        return setAsked(null);
      }
    }
    if (event.key === "ArrowUp" && text === "" && onUp?.() === true) return event.preventDefault();
    if (event.key === "Escape" && onEscape?.() === true) return event.preventDefault();
    if (event.key !== "Enter") return;
    if (event.altKey && onTake !== undefined) {
      event.preventDefault();
      return onTake();
    }
    const has_control = event.ctrlKey || event.metaKey;
    const sends = has_control || (sends_with.value === "enter" && !event.shiftKey && !event.altKey);
    if (!sends) return;
    event.preventDefault();
    onSend();
  }

  return (
    <div class="editor">
      {is_asking && <CannedList id={id} found={found} at={Math.min(at, found.length - 1)} has_any={canned.length > 0} onPick={pick} onMove={setAt} />}
      <textarea
        ref={area}
        rows={1}
        dir="auto"
        maxLength={MOST}
        aria-label={label}
        aria-controls={is_asking && found.length > 0 ? id : undefined}
        aria-activedescendant={is_asking && found.length > 0 ? `${id}-${Math.min(at, found.length - 1)}` : undefined}
        placeholder={placeholder}
        value={text}
        onInput={(event) => {
          onText(event.currentTarget.value);
          look(event.currentTarget);
        }}
        onSelect={(event) => asked !== null && look(event.currentTarget)}
        onBlur={() => setAsked(null)}
        onKeyDown={press}
      />
    </div>
  );
}
