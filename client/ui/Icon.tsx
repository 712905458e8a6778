/** Icons from lucide, with a name for screen readers where they stand alone. */

import { more } from "./more.ts";

/** Those that the widget draws too: a visitor pays for each. All others are in more.ts. */
const PATHS = {
  send: "M5 12h14M12 5l7 7-7 7",
  close: "M18 6 6 18M6 6l12 12",
  check: "M20 6 9 17l-5-5",
  checks: "M18 6 7 17l-5-5M22 10l-7.5 7.5L13 16",
  clock: "M12 6v6l4 2M22 12a10 10 0 1 1-20 0 10 10 0 0 1 20 0Z",
  alert: "M12 8v4M12 16h.01M22 12a10 10 0 1 1-20 0 10 10 0 0 1 20 0Z",
  back: "m15 18-6-6 6-6",
  list: "M21 15a2 2 0 0 1-2 2H7l-4 4V5a2 2 0 0 1 2-2h14a2 2 0 0 1 2 2ZM8 8h8M8 12h5",
  plus: "M5 12h14M12 5v14",
  ...more,
};

export type IconName = keyof typeof PATHS;

interface Props {
  readonly name: IconName;
  readonly size?: 16 | 20;
  readonly label?: string;
}

export function Icon({ name, size = 16, label }: Props) {
  const names = label === undefined ? { "aria-hidden": true as const } : { role: "img" as const, "aria-label": label };
  return (
    <svg width={size} height={size} viewBox="0 0 24 24" {...names}>
      <path d={PATHS[name]} />
    </svg>
  );
}
