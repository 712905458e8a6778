/** One's own status in the way in between: what colleagues see, in a dot and a word; a click changes it. */

import type { Desk } from "../inbox/desk.ts";
import { Dot } from "../shared/Face.tsx";
import { choiceOf, shownOf, statusWord } from "./choosing.ts";

export function StatusSwitch({ desk, onClick }: { desk: Desk; onClick: () => void }) {
  const status = shownOf(desk);
  const { reason } = choiceOf(desk);
  const told = status === "offline" || reason === "" ? statusWord(status) : `${statusWord(status)}: ${reason}`;
  return (
    <button type="button" class="own-status" aria-label={`You are ${told}. Change it`} title={`${told} (s)`} onClick={onClick}>
      <Dot status={status} />
      <span class="label"><bdi>{told}</bdi></span>
    </button>
  );
}
