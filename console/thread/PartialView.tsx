/** An answer while a bot makes it: outside of the log, so that screen readers hear the answer and not how it grows. */

import type { PartialShown } from "../../client/src/protocol.ts";
import { Words } from "../../client/ui/Words.tsx";

export function PartialView({ partial: { sender, body } }: { partial: PartialShown }) {
  return (
    <div class="group own" data-partial>
      <p class="name">
        <bdi>{sender.name}</bdi>
        <span class="bot">Bot</span>
      </p>
      <div class="line">
        <div class="bubble" dir="auto">
          <Words text={body} has_marks />
        </div>
      </div>
    </div>
  );
}
