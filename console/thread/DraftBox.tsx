/** What a bot would say to the visitor, above the field: to be approved as it is or changed, or rejected with a reason. */

import { signal } from "@preact/signals";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Collaboration } from "../../client/src/protocol.ts";
import { mayDecide } from "../inbox/collaborating.ts";
import type { Desk } from "../inbox/desk.ts";
import { Button } from "../shared/Button.tsx";
import { Glyph } from "../shared/Glyph.tsx";
import { Deciders } from "./Deciders.tsx";
import { Shown } from "./Shown.tsx";
import { Sources } from "./Sources.tsx";
import { Words } from "../../client/ui/Words.tsx";

type Wanted = "change" | "reject";
/** A key asked for it. */
export const wanted = signal<Wanted | null>(null);

export function DraftBox({ desk, draft }: { desk: Desk; draft: Collaboration }) {
  const { coordinator_name, deadline_at, draft: said = null } = draft;
  const [doing, setDoing] = useState<Wanted | null>(null);
  const [text, setText] = useState("");
  const field = useRef<HTMLTextAreaElement>(null);
  const is_sent = desk.collaborating.sent.value.has(draft.id);
  const may = mayDecide(draft, desk);
  const begin = (what: Wanted): void => {
    setText(what === "change" ? (said?.body ?? "") : "");
    setDoing(what);
  };
  useEffect(() => {
    if (wanted.value === null || !may) return;
    begin(wanted.value);
    wanted.value = null;
  }, [wanted.value]);
  useLayoutEffect(() => field.current?.focus(), [doing]);
  if (said === null) return null;
  const decide = (): void => {
    if (doing === "reject") desk.collaborating.decide(draft, "reject", text.trim());
    else desk.collaborating.decide(draft, "approve", doing === "change" && text.trim() !== said.body ? text.trim() : "");
    setDoing(null);
  };
  return (
    <section class="suggestion draft" aria-label={`${coordinator_name} wants to say something`}>
      <p class="from">
        <Glyph name="bot" size={14} /> <span><bdi>{coordinator_name}</bdi> waits for approval</span>
        <Left until={deadline_at} now={desk.now} />
      </p>
      {doing !== "change" && (
        <div class="text" dir="auto" tabIndex={0}>
          <Words text={said.body} has_marks />
          {said.content != null && <Shown content={said.content} />}
        </div>
      )}
      {doing !== null && (
        <textarea
          ref={field}
          rows={doing === "change" ? 4 : 1}
          dir="auto"
          maxLength={8000}
          aria-label={doing === "change" ? "The text to send" : "Why not"}
          placeholder={doing === "change" ? "" : "Why not? The bot reads this."}
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === "Escape") setDoing(null);
            if (event.key !== "Enter" || event.isComposing || event.shiftKey || (doing === "change" && text.trim() === "")) return;
            event.preventDefault();
            decide();
          }}
        />
      )}
      <Sources citations={said.citations ?? []} answer={said.answer ?? null} />
      {may ? (
        <div class="foot">
          {doing !== null ? (
            <>
              <Button onClick={() => setDoing(null)}>Back <kbd>Esc</kbd></Button>
              <Button kind="primary" is_disabled={is_sent || (doing === "change" && text.trim() === "")} onClick={decide}>
                {doing === "change" ? "Send it so" : "Reject"} <kbd>Enter</kbd>
              </Button>
            </>
          ) : (
            <>
              <Button is_disabled={is_sent} onClick={() => begin("reject")}>Reject <kbd>x</kbd></Button>
              <Button is_disabled={is_sent} onClick={() => begin("change")}>Change <kbd>w</kbd></Button>
              <Button kind="primary" is_disabled={is_sent} onClick={decide}>Approve <kbd>v</kbd></Button>
            </>
          )}
        </div>
      ) : (
        <Deciders desk={desk} draft={draft} />
      )}
    </section>
  );
}

/** How long there is to decide. */
function Left({ until, now }: { until: number; now: () => number }) {
  const [at, setAt] = useState(now);
  useEffect(() => {
    const timer = setInterval(() => setAt(now()), 1000);
    return () => clearInterval(timer);
  }, []);
  const seconds = Math.max(0, Math.round((until - at) / 1000));
  return <time class="left" title="Then people answer">{seconds < 60 ? `${seconds} s` : `${Math.round(seconds / 60)} min`}</time>;
}
