/** The canned responses that fit what was typed after the slash. */

import type { CannedResponse } from "../api/chat.ts";

interface Props {
  readonly id: string;
  readonly found: readonly CannedResponse[];
  readonly at: number;
  readonly has_any: boolean;
  readonly onPick: (canned: CannedResponse) => void;
  readonly onMove: (at: number) => void;
}

export function CannedList({ id, found, at, has_any, onPick, onMove }: Props) {
  if (found.length === 0) {
    return (
      <div class="canned" role="status">
        <p class="nothing">
          {has_any ? "No canned response fits." : "There are no canned responses yet."} <a href="/console/settings/canned">Write one</a>
        </p>
      </div>
    );
  }
  return (
    <div class="canned" role="listbox" id={id} aria-label="Canned responses">
      {found.map((canned, index) => (
        <div
          key={canned.id}
          id={`${id}-${index}`}
          class="option"
          role="option"
          aria-selected={index === at}
          ref={(element) => {
            if (index === at) element?.scrollIntoView({ block: "nearest" });
          }}
          onPointerMove={() => index !== at && onMove(index)}
          onPointerDown={(event) => {
            // The focus stays in the text.
            event.preventDefault();
            onPick(canned);
          }}
        >
          <span class="label"><bdi>{canned.name}</bdi></span>
          {canned.shortcut !== null && canned.shortcut !== "" && <code>/{canned.shortcut.replace(/^\//, "")}</code>}
          <span class="hint"><bdi>{canned.content}</bdi></span>
        </div>
      ))}
    </div>
  );
}
