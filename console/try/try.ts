/** A page with nothing but one channel's widget on it, put there the way a company's page does. */

import { ask } from "../../client/src/ask.ts";
import { ApiError } from "../../client/src/errors.ts";
import type { Channel } from "../api/channels.ts";

const channel_id = location.pathname.split("/").at(-1) ?? "";

function tell(title: string, told: string): void {
  for (const [id, text] of [["title", title], ["told", told]] as const) {
    const element = document.getElementById(id);
    if (element !== null) element.textContent = text;
  }
}

try {
  const { name, widget_key, is_active } = await ask<Channel>("GET", `/api/channels/${channel_id}`);
  const told = "Press the button in the corner and write something: it arrives in the inbox. Answer there from another window.";
  tell(`Your visitors see “${name}” like this`, is_active ? told : "This widget is switched off, so that nobody sees it. Switch it on in its settings.");
  const script = document.createElement("script");
  script.src = "/widget.js";
  script.dataset["key"] = widget_key ?? "";
  document.head.append(script);
} catch (error) {
  const is_out = error instanceof ApiError && error.status === 401;
  tell(is_out ? "Log in first" : "The chat could not be brought", is_out ? "Then open this page again." : "Try again in a moment, or look whether the channel is still there.");
}
