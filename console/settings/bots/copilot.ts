/** What became of suggestions, as the parts of one bar. */

import type { BotSuggestions } from "../../../client/src/rest.ts";

export type Days = "7" | "30" | "90";

export const PERIODS = [
  { value: "7", label: "The last 7 days" },
  { value: "30", label: "The last 30 days" },
  { value: "90", label: "The last 90 days" },
] as const satisfies readonly { value: Days; label: string }[];

const DAY = 86_400_000;
export const sinceOf = (days: Days, now: number): number => now - Number(days) * DAY;

export interface Part {
  readonly kind: "accepted" | "edited" | "dismissed" | "outdated" | "open";
  readonly label: string;
  readonly count: number;
  /** Of all that were made. */
  readonly share: number;
}

const LABELS: readonly (readonly [Part["kind"], string])[] = [
  ["accepted", "Sent as it was"],
  ["edited", "Sent with changes"],
  ["dismissed", "Put away"],
  ["outdated", "Came too late"],
  ["open", "Still there"],
];

/** Nothing is open for long; where nothing is, the bar does not speak of it. */
export const partsOf = (made: BotSuggestions): readonly Part[] =>
  LABELS.map(([kind, label]) => ({ kind, label, count: made[kind], share: made.suggested === 0 ? 0 : made[kind] / made.suggested })).filter(
    ({ kind, count }) => kind !== "open" || count > 0,
  );
