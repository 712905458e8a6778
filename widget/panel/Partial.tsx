/** An answer while a bot makes it; loaded with the first one. Screen readers hear the answer, and not how it grows. */

import { createPartials } from "../../client/src/partials.ts";
import type { PartialShown } from "../../client/src/protocol.ts";
import { Words } from "./Marks.ts";
import type { Props } from "./Panel.tsx";
import { words } from "./words.ts";

let redraw = (): void => undefined;
const partials = createPartials(() => redraw());

/** Takes what is shown; `changed` is called whenever there is something else to see. */
export function hear(frame: PartialShown, changed: () => void): void {
  redraw = changed;
  partials.hear(frame);
}

export function Partial({ view: { visit, settings, rows } }: Pick<Props, "view">) {
  const timeline = visit.talk.timeline(visit.conversation() ?? "");
  const partial = timeline && partials.under(timeline);
  if (!partial) return null;
  const { sender, body } = partial;
  const last = rows.findLast((row) => row.kind === "message");
  const is_alone = last?.kind !== "message" || last.line.sender.id !== sender.id;
  return (
    <div class="group" data-partial>
      {is_alone && (
        <p class="name">
          <bdi>{sender.name || settings.organization_name}</bdi>
          <span class="bot">{words.bot}</span>
        </p>
      )}
      <div class="bubble" dir="auto"><Words text={body} has_marks /></div>
    </div>
  );
}
