/** The composer while it holds what was said already: saved it takes the place of that, left it changes nothing. */

import { useState } from "preact/hooks";
import type { MessageLine } from "../../client/src/lines.ts";
import type { Desk } from "../inbox/desk.ts";
import { Button } from "../shared/Button.tsx";
import { Glyph } from "../shared/Glyph.tsx";
import { sends_with } from "../shared/sending.ts";
import { Editor } from "./Editor.tsx";

export function Change({ desk, line, onLeave }: { desk: Desk; line: MessageLine; onLeave: () => void }) {
  const [text, setText] = useState(line.body);
  const [focus_at] = useState(() => Date.now());
  const kind = line.is_internal ? "note" : "message";
  const save = (): void => {
    const body = text.trim();
    if (body === "") return;
    if (body !== line.body) desk.change(line, body);
    onLeave();
  };
  return (
    <div
      class="reply"
      data-note={line.is_internal}
      onKeyDown={(event) => {
        if (event.key !== "Escape" || event.isComposing) return;
        event.preventDefault();
        onLeave();
      }}
    >
      <div class="modes">
        <span class="changing">
          <Glyph name="pencil" size={14} /> Editing your {kind}
        </span>
        {line.is_internal && (
          <span class="only">
            <Glyph name="note" size={14} /> Only your team sees this
          </span>
        )}
      </div>
      <Editor
        label={`Your ${kind}, changed`}
        placeholder=""
        text={text}
        canned={null}
        focus_at={focus_at}
        onText={setText}
        onSend={save}
        onAsk={() => undefined}
        answerOf={() => ""}
      />
      <div class="foot">
        <span class="how">
          <kbd>{sends_with.value === "enter" ? "Enter" : "Ctrl Enter"}</kbd> saves, <kbd>Esc</kbd> leaves it as it was
        </span>
        <Button onClick={onLeave}>Cancel</Button>
        <Button kind="primary" is_disabled={text.trim() === ""} onClick={save}>Save</Button>
      </div>
    </div>
  );
}
