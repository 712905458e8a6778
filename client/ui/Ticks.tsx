/** How far one's own words have got: the server's word first, then the other side's. */

import type { Tick } from "../src/lines.ts";
import { Icon, type IconName } from "./Icon.tsx";

const TICKS: Record<Tick, { readonly icon: IconName; readonly label: string }> = {
  accepted: { icon: "check", label: "Sent" },
  stored: { icon: "check", label: "Saved" },
  delivered: { icon: "checks", label: "Delivered" },
  read: { icon: "checks", label: "Read" },
};

export function Ticks({ tick }: { tick: Tick }) {
  const { icon, label } = TICKS[tick];
  return (
    <span class="tick" data-tick={tick}>
      <Icon name={icon} />
      {label}
    </span>
  );
}
