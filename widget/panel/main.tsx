/** Starts the panel: asks who the visitor is, then draws. */

import { render } from "preact";
import { ApiError } from "../../client/src/errors.ts";
import { delayBefore } from "../../client/src/verdict.ts";
import { hold } from "../../client/ui/stick.ts";
import { createKeep } from "./keep.ts";
import { Panel } from "./Panel.tsx";
import { meetParent, type Around } from "./parent.ts";
import { watch } from "./view.ts";
import { openVisit } from "./visit.ts";

const widget_key = new URLSearchParams(location.search).get("key") ?? "";
const keep = createKeep(widget_key);

void meetParent().then((around) => start(around, 0));

async function start(around: Around, attempt: number): Promise<void> {
  try {
    const visit = await openVisit(widget_key, keep, around);
    let was_open = false;
    let last_key: string | undefined;
    watch(visit, around, keep, (view) => {
      const release = hold(() => document.querySelector(".messages"));
      render(<Panel view={view} visit={visit} around={around} />, document.body);
      const last = view.rows.at(-1);
      release(last?.key !== last_key && last?.kind === "draft");
      last_key = last?.key;
      if (view.is_open && !was_open) document.querySelector("textarea")?.focus();
      was_open = view.is_open;
    });
  } catch (error) {
    const is_final = error instanceof ApiError && error.is_final;
    const told = is_final ? "The chat is not available on this page." : "Connecting…";
    render(<p class="trouble" role="status">{told}</p>, document.body);
    const wait = error instanceof ApiError ? error.wait : 0;
    if (!is_final) setTimeout(() => void start(around, attempt + 1), delayBefore(attempt, wait));
  }
}
