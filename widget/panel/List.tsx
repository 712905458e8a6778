/** All conversations of the visitor, and the way to a new one. */

import { linesOf, standingOf } from "../../client/src/lines.ts";
import type { Uuid } from "../../client/src/protocol.ts";
import { shortAge } from "../../client/src/ages.ts";
import { Icon } from "../../client/ui/Icon.tsx";
import { withName } from "../../client/ui/words.ts";
import { Faces } from "./Faces.tsx";
import style from "./list.css?inline";
import type { Props } from "./Panel.tsx";
import { wear } from "./parts.ts";
import type { Face } from "./settings.ts";
import type { Acts, View } from "./view.ts";
import { holderOf } from "./who.ts";
import { words } from "./words.ts";

wear(style);

/** A conversation as the list shows it. */
interface Entry {
  readonly id: Uuid;
  readonly who: Face | null;
  readonly preview: string;
  readonly at: number;
  readonly unread: number;
  readonly is_closed: boolean;
}

export function List({ view, acts }: Props) {
  const { settings } = view;
  return (
    <div class="list">
      <ul aria-label={words.all}>
        {entriesOf(view, acts).map((entry) => (
          <li key={entry.id}>
            <button type="button" class="entry" onClick={() => acts.open(entry.id)}>
              <Faces faces={[entry.who ?? { id: null, name: settings.organization_name, picture: null }]} />
              <span class="what">
                <span class="first">
                  <strong dir="auto">{entry.who?.name || settings.organization_name}</strong>
                  <time dateTime={new Date(entry.at).toISOString()}>{shortAge(entry.at, Date.now())}</time>
                </span>
                <span class="second">
                  <span class={entry.unread > 0 ? "preview fresh-words" : "preview"} dir="auto">
                    {entry.preview || words.no_messages}
                  </span>
                  <Badge entry={entry} />
                </span>
              </span>
            </button>
          </li>
        ))}
      </ul>
      <button type="button" class="fresh" onClick={() => acts.open(null)}>
        <Icon name="plus" size={20} />
        {words.fresh}
      </button>
    </div>
  );
}

function Badge({ entry }: { readonly entry: Entry }) {
  if (entry.unread > 0) return <b aria-label={withName(words.unread_count, String(entry.unread))}>{entry.unread}</b>;
  return entry.is_closed && <em>{words.is_closed}</em>;
}

/** As the server told them, and newer where they are followed; the last one that was spoken in first. */
function entriesOf({ visit: { own, talk } }: View, acts: Acts): readonly Entry[] {
  const told = new Map(own.map((each) => [each.conversation_id, each]));
  const found = [...new Set([...told.keys(), ...talk.followed()])].map((id): Entry => {
    const known = told.get(id);
    const timeline = talk.timeline(id);
    const lines = linesOf(timeline?.entries ?? []);
    const last = lines.findLast((line) => line.kind === "message");
    const status = (timeline && standingOf(timeline)?.status) ?? known?.status;
    return {
      id,
      who: holderOf(lines),
      preview: last?.kind === "message" ? (last.is_deleted ? words.deleted : last.body) : (known?.last_preview ?? ""),
      at: last?.at ?? known?.last_message_at ?? known?.started_at ?? Date.now(),
      unread: acts.unread(id),
      is_closed: status === "closed" || status === "resolved",
    };
  });
  return found.sort((a, b) => b.at - a.at);
}
