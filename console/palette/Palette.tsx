/** Ctrl-K: what can be done here, conversations by name, pages; and from there on to the search. */

import { ACTIONS } from "../act/actions.ts";
import type { Reach } from "../act/reach.ts";
import { go } from "../app/router.ts";
import { pathToList, pathToSearch, pathToSettings, SETTINGS } from "../app/routes.ts";
import { kindOf, nameOf } from "../inbox/CardView.tsx";
import { movedAt } from "../inbox/lists.ts";
import { PAGES } from "../settings/pages.ts";
import { Face } from "../shared/Face.tsx";
import { fitting } from "./matching.ts";
import { Picker, type Option, type OptionGroup } from "./Picker.tsx";

export function Palette({ reach, onClose }: { reach: Reach; onClose: () => void }) {
  const { desk } = reach;
  const actions = ACTIONS.filter((action) => action.is_hidden !== true && (action.isPossible?.(reach) ?? true));
  const cards = Object.values(desk.inbox.value.cards).sort((a, b) => movedAt(b) - movedAt(a));
  const pages = SETTINGS.filter((name) => PAGES[name].permission === null || desk.may(PAGES[name].permission));

  const groups = (words: string): readonly OptionGroup[] => {
    const is_asked = words.trim() !== "";
    const acts = (group: string): readonly Option[] =>
      fitting(actions.filter((action) => action.group === group), words, (action) => action.told).map((action) => ({
        key: action.told,
        label: action.told,
        glyph: action.glyph,
        keys: action.keys[0],
        run: () => action.run(reach),
      }));
    return [
      { title: "Here", options: [...acts("Conversation"), ...acts("Move")] },
      {
        title: "Conversations",
        options: !is_asked ? [] : fitting(cards, words, (card) => `${nameOf(card)} ${card.contact_email ?? ""} ${card.subject ?? ""}`, 6).map((card) => ({
          key: card.conversation_id,
          label: nameOf(card),
          hint: card.last_preview,
          picture: <Face id={card.contact_id} name={nameOf(card)} of={kindOf(card)} size={24} />,
          run: () => reach.open(card.conversation_id),
        })),
      },
      {
        title: "Go to",
        options: [
          ...acts("Go to"),
          ...fitting(desk.directory.teams.value, words, (team) => team.name).map((team): Option => ({
            key: team.id, label: team.name, hint: "Team", glyph: "team", run: () => go(pathToList(`team:${team.id}`)),
          })),
          ...(is_asked ? fitting(pages, words, (name) => `${PAGES[name].title} settings`) : []).map((name): Option => ({
            key: name, label: PAGES[name].title, hint: "Settings", glyph: PAGES[name].glyph, run: () => go(pathToSettings(name)),
          })),
          ...acts("You"),
          ...acts("Help"),
        ],
      },
      {
        title: "Search",
        options: !is_asked ? [] : [{ key: "search", label: `Search all people and messages for “${words.trim()}”`, glyph: "search", run: () => go(pathToSearch(words.trim())) }],
      },
    ];
  };
  return (
    <Picker
      label="Search and commands"
      placeholder="What do you want to do, or whom do you look for?"
      groups={groups}
      nothing={() => "Nothing of that name."}
      onClose={onClose}
    />
  );
}
