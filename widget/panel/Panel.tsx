/** The widget's window: who answers, what was said, where to write. */

import { Composer } from "../../client/ui/Composer.tsx";
import { Icon } from "../../client/ui/Icon.tsx";
import { Network } from "../../client/ui/Network.tsx";
import { Messages } from "./Messages.tsx";
import type { Around } from "./parent.ts";
import type { View } from "./view.ts";
import type { Visit } from "./visit.ts";

interface Props {
  readonly view: View;
  readonly visit: Visit;
  readonly around: Around;
}

export function Panel({ view, visit, around }: Props) {
  const { session } = visit;
  const close = (): void => around.tell({ frontdesk: "close" });

  return (
    <main onKeyDown={(event) => event.key === "Escape" && close()}>
      <header>
        <div class="face" aria-hidden="true">
          {initialOf(session.organization_name)}
        </div>
        <div class="who">
          <h1 dir="auto">{session.organization_name}</h1>
          <p>{availability(view.is_online)}</p>
        </div>
        {around.is_framed && (
          <button type="button" class="close" aria-label="Close the chat" onClick={close}>
            <Icon name="close" size={20} />
          </button>
        )}
      </header>
      <Network state={view.network} is_fresh={!view.was_live} />
      {!view.is_durable && (
        <div class="network" role="status">
          This browser keeps nothing: stay until your message is sent.
        </div>
      )}
      <Messages view={view} visit={visit} />
      {view.is_closed && <p class="hint">This conversation is closed. Write to open it again.</p>}
      <Composer
        label="Your message"
        placeholder="Write a message"
        text={visit.text}
        onText={(text) => visit.type(text)}
        onSend={(body) => visit.write(body)}
      />
    </main>
  );
}

const initialOf = (name: string): string => [...name.trim()][0]?.toUpperCase() ?? "?";

function availability(is_online: boolean | null): string {
  if (is_online === null) return "\u00a0";
  return is_online ? "We are here to answer" : "We are away and answer when we are back";
}
