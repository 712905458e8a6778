/** What a bot would answer, above the field: to be taken into it, or put away. */

import type { Suggestion } from "../../client/src/protocol.ts";
import { Button } from "../shared/Button.tsx";
import { Glyph } from "../shared/Glyph.tsx";
import { Sources } from "./Sources.tsx";
import { Words } from "../../client/ui/Words.tsx";

interface Props {
  readonly suggestion: Suggestion;
  readonly onTake: () => void;
  readonly onDismiss: () => void;
}

export function SuggestionBox({ suggestion, onTake, onDismiss }: Props) {
  const { bot_name, body, citations = [], answer = null } = suggestion;
  return (
    <section class="suggestion" aria-label={`${bot_name} suggests an answer`}>
      <p class="from">
        <Glyph name="bot" size={14} /> <span><bdi>{bot_name}</bdi> suggests</span>
      </p>
      <div class="text" dir="auto" tabIndex={0}>
        <Words text={body} has_marks />
      </div>
      <Sources citations={citations} answer={answer} />
      <div class="foot">
        <Button onClick={onDismiss}>Dismiss <kbd>Esc</kbd></Button>
        <Button kind="primary" onClick={onTake}>Use it <kbd>Alt Enter</kbd></Button>
      </div>
    </section>
  );
}
