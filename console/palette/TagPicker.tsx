/** Tags of one conversation: choose to add, choose again to take off, or make a new one. */

import type { Uuid } from "../../client/src/protocol.ts";
import { tag } from "../act/decide.ts";
import type { Desk } from "../inbox/desk.ts";
import { fitting } from "./matching.ts";
import { Picker, type Option, type OptionGroup } from "./Picker.tsx";
import { LONGEST, spelled } from "./spelling.ts";

/** The protocol's limit. */
const MOST_TAGS = 20;

export function TagPicker({ desk, conversation_id, onClose }: { desk: Desk; conversation_id: Uuid; onClose: () => void }) {
  const cards = desk.inbox.value.cards;
  const mine = cards[conversation_id]?.tags ?? [];
  const uses = new Map<string, number>();
  for (const card of Object.values(cards)) for (const each of card.tags ?? []) uses.set(each, (uses.get(each) ?? 0) + 1);
  const known = [...uses].sort((a, b) => b[1] - a[1] || a[0].localeCompare(b[0])).map(([name]) => name);
  const others = known.filter((name) => !mine.includes(name));
  const option = (name: string, is_chosen: boolean): Option => ({
    key: name,
    label: name,
    glyph: "tag",
    is_chosen,
    stays: true,
    run: () => void tag(desk, conversation_id, is_chosen ? [] : [name], is_chosen ? [name] : []),
  });
  const groups = (words: string): readonly OptionGroup[] => {
    const fresh = spelled(words);
    const is_new = fresh !== "" && !mine.includes(fresh) && !known.includes(fresh) && mine.length < MOST_TAGS;
    return [
      { title: "On this conversation", options: fitting(mine, words, (name) => name).map((name) => option(name, true)) },
      { title: "Add", options: mine.length < MOST_TAGS ? fitting(others, words, (name) => name, 30).map((name) => option(name, false)) : [] },
      { title: "New", options: is_new ? [{ ...option(fresh, false), key: `new ${fresh}`, label: `New tag “${fresh}”`, glyph: "plus" }] : [] },
    ];
  };
  return (
    <Picker
      label="Tags"
      placeholder="Add or take off a tag…"
      groups={groups}
      nothing={(words) => (words.trim() === "" ? "No tags yet. Type one, for example “billing”." : `A conversation has at most ${MOST_TAGS} tags.`)}
      onClose={onClose}
      most={LONGEST}
    />
  );
}
