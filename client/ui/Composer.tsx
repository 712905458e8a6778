/** Where one writes: grows to five lines, Enter sends, Shift-Enter breaks the line. What is written is held outside. */

import { Icon } from "./Icon.tsx";
import { shared } from "./words.ts";

interface Props {
  readonly label: string;
  readonly placeholder: string;
  readonly text: string;
  readonly onText: (text: string) => void;
  readonly onSend: (body: string) => void;
  readonly class?: string;
}

/** The protocol's limit of one message. */
const MOST = 8000;

export function Composer({ label, placeholder, text, onText, onSend, class: extra = "" }: Props) {
  const body = text.trim();
  const send = (event: Event): void => {
    event.preventDefault();
    if (body === "") return;
    onText("");
    onSend(body);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    // While an input method composes, Enter chooses a word.
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) send(event);
  };
  return (
    <form class={`composer ${extra}`} onSubmit={send}>
      <textarea
        // Also when the words went away from outside, as after sending.
        ref={(area) => void (area?.dataset["fits"] !== text && grow(area))}
        rows={1}
        dir="auto"
        maxLength={MOST}
        aria-label={label}
        placeholder={placeholder}
        value={text}
        onInput={(event) => {
          grow(event.currentTarget);
          onText(event.currentTarget.value);
        }}
        onFocus={(event) => grow(event.currentTarget)}
        onKeyDown={onKeyDown}
      />
      <button type="submit" class="send" aria-label={shared.send} disabled={body === ""}>
        <Icon name="send" size={20} />
      </button>
    </form>
  );
}

function grow(area: HTMLTextAreaElement | null): void {
  // What is not shown has no height, and gets one when somebody comes to write.
  if (area === null || area.scrollHeight === 0) return;
  area.style.height = "auto";
  area.style.height = `${area.scrollHeight}px`;
  area.dataset["fits"] = area.value;
}
