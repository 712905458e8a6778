/** The widget's window: who answers, what was said, where to write. */

import { Composer } from "../../client/ui/Composer.tsx";
import { Network } from "../../client/ui/Network.tsx";
import { Head } from "./Head.tsx";
import { Messages } from "./Messages.tsx";
import type { Acts, View } from "./view.ts";
import { words } from "./words.ts";

export interface Props {
  readonly view: View;
  readonly acts: Acts;
}

export function Panel({ view, acts }: Props) {
  const { List } = view.parts;
  return (
    <main onKeyDown={(event) => event.key === "Escape" && view.is_framed && acts.close()}>
      <Head view={view} acts={acts} />
      <Network state={view.network} is_fresh={!view.was_live} />
      {view.screen === "list" && List !== undefined ? <List view={view} acts={acts} /> : <Chat view={view} acts={acts} />}
    </main>
  );
}

function Chat({ view, acts }: Props) {
  const { email, status } = view;
  const { Email } = view.parts;
  return (
    <>
      {!view.is_durable && (
        <div class="network" role="status">
          {words.not_kept}
        </div>
      )}
      <Messages view={view} acts={acts} />
      {(status === "closed" || status === "resolved") && <p class="hint">{words.closed_hint}</p>}
      {email.state === "offered" && (
        <button type="button" class="quiet" onClick={acts.askEmail}>
          {words.leave_email}
        </button>
      )}
      {Email !== undefined && (email.state === "asked" || email.state === "given") && <Email view={view} acts={acts} />}
      <Composer
        label={words.your_message}
        placeholder={words.write}
        text={view.text}
        onText={acts.type}
        onSend={acts.write}
      />
    </>
  );
}
