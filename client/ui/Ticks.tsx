/** How far one's own words have got: the server's word first, then the other side's. */

import type { Tick } from "../src/lines.ts";
import { Icon } from "./Icon.tsx";
import { shared } from "./words.ts";

const wordsOf = (): Record<Tick, string> => ({
  accepted: shared.accepted,
  stored: shared.stored,
  delivered: shared.delivered,
  read: shared.read,
});

export function Ticks({ tick }: { tick: Tick }) {
  return (
    <span class="tick" data-tick={tick}>
      <Icon name={tick === "delivered" || tick === "read" ? "checks" : "check"} />
      {wordsOf()[tick]}
    </span>
  );
}
