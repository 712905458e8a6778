/** The panel inside the console's settings: it shows what is chosen there, and talks to nobody. */

import { render } from "preact";
import { ask } from "../../client/src/ask.ts";
import type { Sender } from "../../client/src/protocol.ts";
import type { Row } from "../../client/src/rows.ts";
import { Panel } from "./Panel.tsx";
import { dress, type Settings } from "./settings.ts";
import type { Acts, View } from "./view.ts";
import { faceOf } from "./who.ts";

/** What the console says: the appearance as it would be saved, and whether to show some of a conversation. */
interface Shown {
  readonly frontdesk: "preview";
  readonly appearance: unknown;
  readonly is_talking: boolean;
}

const NOBODY = { own: [], talk: null } as unknown as View["visit"];
const nothing = (): void => undefined;
const ACTS: Acts = {
  write: nothing, type: nothing, older: nothing, retry: nothing, discard: nothing, close: nothing, open: nothing,
  list: nothing, back: nothing, unread: () => 0, redraw: nothing, askEmail: nothing, giveEmail: nothing,
};

/** Only pages of our own origin may frame this, and only they are heard. */
export function preview(first: Settings): void {
  let asked = 0;
  addEventListener("message", (event: MessageEvent<Shown>) => {
    if (event.source !== window.parent || event.origin !== location.origin || event.data.frontdesk !== "preview") return;
    const { appearance, is_talking } = event.data;
    const turn = ++asked;
    // The server knows which colours can be read, and all languages; what it refuses is told beside the form.
    ask<Settings>("POST", `/api/channel-preview`, { appearance }).then(
      (settings) => turn === asked && show({ ...settings, team: first.team }, is_talking),
      () => undefined,
    );
  });
  show(first, false);
  window.parent.postMessage({ frontdesk: "ready" }, location.origin);
}

function show(settings: Settings, is_talking: boolean): void {
  dress(settings);
  const agent = settings.team[0] ?? faceOf({ name: settings.organization_name });
  const view: View = {
    settings,
    screen: "chat",
    rows: is_talking ? sample(agent.id, agent.name) : [],
    tick: is_talking ? { key: "own", tick: "read" } : null,
    typists: [],
    network: { phase: "live", attempt: 0, close_code: null },
    was_live: true,
    is_framed: true,
    is_open: true,
    is_online: true,
    line: false,
    back: null,
    is_durable: true,
    status: is_talking ? "assigned" : null,
    holder: is_talking ? agent : null,
    beside: [],
    has_older: false,
    is_loading: false,
    text: "",
    has_list: false,
    unread_elsewhere: 0,
    email: { state: "none", address: "", trouble: "" },
    parts: {},
    visit: NOBODY,
  };
  render(<Panel view={view} acts={ACTS} />, document.body);
}


function sample(agent_id: string | null, name: string): readonly Row[] {
  const said = (key: string, sender: Sender, body: string, minute: number): Row => {
    const at = Date.now() - minute * 60_000;
    const line = {
      kind: "message", id: key, epoch: 1, seq: 1, at, sender, body, message_type: "text", is_internal: false,
      is_edited: false, is_deleted: false,
    } as const;
    const is_own = sender.kind === "contact";
    return { kind: "message", key, at, line, is_own, starts_day: false, is_first_unread: false, starts_group: true, ends_group: true };
  };
  return [
    said("own", { kind: "contact" }, "👋", 2),
    said("other", { kind: "member", id: agent_id, name }, "👋 🙂", 1),
  ];
}
