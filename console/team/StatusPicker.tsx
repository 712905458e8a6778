/** Online, away or busy: arrows and Enter, and whatever is typed before is the reason. */

import type { Availability } from "../../client/src/protocol.ts";
import type { Desk } from "../inbox/desk.ts";
import { fitting } from "../palette/matching.ts";
import { Picker, type Option } from "../palette/Picker.tsx";
import { Dot } from "../shared/Face.tsx";
import { choiceOf, choose, LONGEST_REASON, statusWord } from "./choosing.ts";

const HINTS: Readonly<Record<Availability, string>> = {
  online: "New conversations may come to you",
  away: "Not at the desk",
  busy: "Here, but nothing new",
};
/** What people say most; anything else is typed. */
const REASONS: readonly (readonly [Availability, string])[] = [
  ["away", "Lunch"], ["away", "Short break"], ["away", "Done for today"], ["busy", "On the phone"], ["busy", "In a meeting"],
];

export function StatusPicker({ desk, onClose }: { desk: Desk; onClose: () => void }) {
  const now = choiceOf(desk);
  const option = (availability: Availability, reason: string, label: string, hint?: string): Option => ({
    key: `${availability} ${reason}`,
    label,
    hint,
    picture: <Dot status={availability} />,
    is_chosen: now.availability === availability && now.reason === reason,
    run: () => void choose(desk, availability, reason),
  });
  const groups = (typed: string) => {
    const reason = typed.trim();
    const plain = (["online", "away", "busy"] as const).map((each) => option(each, "", statusWord(each), HINTS[each]));
    const own = (["away", "busy", "online"] as const).map((each) => option(each, reason, `${statusWord(each)}: ${reason}`));
    const known = fitting(REASONS, typed, ([each, why]) => `${statusWord(each)} ${why}`);
    return [
      { title: "You are", options: fitting(plain, typed, ({ label }) => label) },
      { title: "With a reason", options: known.map(([each, why]) => option(each, why, `${statusWord(each)}: ${why}`)) },
      { title: "In your words", options: reason === "" ? [] : own },
    ];
  };
  return (
    <Picker label="Say whether you are there" placeholder="Choose, or type why…" groups={groups} nothing={() => ""} onClose={onClose} most={LONGEST_REASON} />
  );
}
