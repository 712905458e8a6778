/** Starts the panel: asks who the visitor is, then draws. */

import { render } from "preact";
import { ApiError } from "../../client/src/errors.ts";
import { delayBefore } from "../../client/src/verdict.ts";
import { hold } from "../../client/ui/stick.ts";
import { shared } from "../../client/ui/words.ts";
import { Panel } from "./Panel.tsx";
import { meetParent, type Around } from "./parent.ts";
import { putText } from "./keep.ts";
import { dress, readSettings } from "./settings.ts";
import { Trouble } from "./Trouble.tsx";
import { watch } from "./view.ts";
import { openVisit } from "./visit.ts";
import { words } from "./words.ts";

const query = new URLSearchParams(location.search);
const settings = readSettings();
dress(settings);
void begin();

async function begin(): Promise<void> {
  if (query.has("preview")) return (await import("./preview.tsx")).preview(settings);
  const around = await meetParent();
  around.onIdentity(() => {
    if (around.jwt !== null) putText("");
    location.reload();
  });
  await start(around, 0);
}

async function start(around: Around, attempt: number): Promise<void> {
  try {
    const visit = await openVisit(query.get("key") ?? "", around);
    let was_seen = "";
    let last_key: string | undefined;
    watch(visit, around, settings, (view, acts) => {
      const release = hold(() => document.querySelector(".messages"));
      render(<Panel view={view} acts={acts} />, document.body);
      const last = view.rows.at(-1);
      release(last?.key !== last_key && last?.kind === "draft");
      last_key = last?.key;
      const seen = view.is_open ? `${view.screen} ${visit.conversation()}` : "";
      if (seen !== was_seen && seen !== "") point(document.querySelector<HTMLElement>(target(view.screen)));
      was_seen = seen;
    });
  } catch (error) {
    const is_final = error instanceof ApiError && error.is_final;
    const told = error instanceof ApiError ? (is_final ? words.not_here : shared.connecting) : words.signed_out;
    render(<Trouble name={settings.organization_name} told={told} around={around} />, document.body);
    const wait = error instanceof ApiError ? error.wait : 0;
    if (error instanceof ApiError && !is_final) setTimeout(() => void start(around, attempt + 1), delayBefore(attempt, wait));
  }
}

/** Moves the focus, with no ring around it before the first key. */
function point(field: HTMLElement | null): void {
  field?.setAttribute("data-still", "");
  field?.focus();
  for (const moved of ["keydown", "blur"]) field?.addEventListener(moved, () => field.removeAttribute("data-still"));
}

// A phone's keyboard would cover what the person came to read.
const target = (screen: string): string =>
  screen === "list" ? ".entry,.fresh" : matchMedia("(pointer: coarse)").matches ? ".messages" : "textarea";
