/** The head: who answers and when, large before the first word, and the ways out. */

import { lasting } from "../../client/src/clock.ts";
import { Icon } from "../../client/ui/Icon.tsx";
import { withName } from "../../client/ui/words.ts";
import { Faces } from "./Faces.tsx";
import type { Props } from "./Panel.tsx";
import type { View } from "./view.ts";
import { words } from "./words.ts";

export function Head({ view, acts }: Props) {
  const { settings, holder, beside, screen, has_list, unread_elsewhere } = view;
  const { organization_name, team } = settings;
  const is_list = screen === "list";
  const is_home = !is_list && view.rows.length === 0 && !view.is_loading;
  const faces = holder !== null ? [holder, ...beside] : team.length > 0 ? team : [{ id: null, name: organization_name, picture: null }];
  return (
    <header class={is_home ? "home" : ""}>
      {is_list ? (
        <button type="button" class="icon turn" aria-label={words.back} onClick={acts.back}>
          <Icon name="back" size={20} />
        </button>
      ) : (
        has_list && (
          <button type="button" class="icon" aria-label={nameOf(unread_elsewhere)} onClick={acts.list}>
            <Icon name="list" size={20} />
            {unread_elsewhere > 0 && <b>{unread_elsewhere}</b>}
          </button>
        )
      )}
      {!is_list && <Faces faces={faces} />}
      <div class="who">
        <h1><bdi>{is_list ? words.all : (holder?.name || organization_name)}</bdi></h1>
        {!is_list && (
          <p>
            {view.is_online === true && <i class="dot" />}
            {availability(view)}
          </p>
        )}
      </div>
      {view.is_framed && (
        <button type="button" class="icon" aria-label={words.close_chat} onClick={acts.close}>
          <Icon name="close" size={20} />
        </button>
      )}
    </header>
  );
}

const nameOf = (unread: number): string =>
  unread === 0 ? words.all : `${words.all}, ${withName(words.unread_count, String(unread))}`;

function availability({ holder, is_online, back, line, settings }: View): string {
  if (holder?.is_bot) return words.bot;
  if (is_online === null) return "\u00a0";
  if (!is_online) return back || settings.away_text || words.away;
  if (line) return line;
  if (settings.answers_within === null) return words.online;
  return withName(words.usually, lasting(settings.answers_within / 60));
}
