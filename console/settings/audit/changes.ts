/** What a line of the audit log says of each field: its name and both values as people read them. */

import { momentOf } from "../../shared/ages.ts";

export interface Change {
  readonly key: string;
  readonly label: string;
  readonly before: string;
  readonly after: string;
  /** Personal or secret: that it changed is told, and not to what. */
  readonly is_hidden: boolean;
}

const HIDDEN = "***";
const UUID = /^[0-9a-f]{8}-[0-9a-f-]{27}$/;
const WORDS = /^[a-z]+(?:_[a-z]+)+$/;
const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d/;

/** The fields that differ, settings of settings each by itself; of what was made, those that hold something. */
export function changesOf(changes: Readonly<Record<string, unknown>>, nameOf: (id: string) => string = () => ""): readonly Change[] {
  return flat(changes).flatMap(({ key, before, after }) => {
    const is_hidden = before === HIDDEN || after === HIDDEN;
    const [was, is] = [before, after].map((value) => (key === "is_active" && typeof value === "boolean" ? (value ? "active" : "off") : shown(value, nameOf))) as [string, string];
    return is_hidden || was !== is ? [{ key, label: labelOf(key), before: was, after: is, is_hidden }] : [];
  });
}

const NAMES: Readonly<Record<string, string>> = { color: "colour", is_active: "state", timezone: "time zone", weekly: "week" };

/** is_primary → primary, default_team_id → default team */
export const labelOf = (key: string): string => (NAMES[key] ?? key).replace(/^is_/, "").replace(/_ids$/, "s").replace(/_(?:id|at|url)$/, "").replace(/_/g, " ");

interface Pair {
  readonly key: string;
  readonly before: unknown;
  readonly after: unknown;
}

const flat = (changes: Readonly<Record<string, unknown>>): readonly Pair[] =>
  Object.entries(changes).flatMap(([key, change]) => {
    const [before, after] = Array.isArray(change) ? (change as readonly unknown[]) : [null, change];
    if (!isRecord(before) && !isRecord(after)) return [{ key, before, after }];
    const [was, is] = [isRecord(before) ? before : {}, isRecord(after) ? after : {}];
    return [...new Set([...Object.keys(was), ...Object.keys(is)])].map((inner) => ({ key: inner, before: was[inner], after: is[inner] }));
  });

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === "object" && value !== null && !Array.isArray(value);

function shown(value: unknown, nameOf: (id: string) => string): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (Array.isArray(value)) return value.map((each) => shown(each, nameOf)).join(", ");
  if (typeof value === "object") return JSON.stringify(value);
  const text = String(value);
  if (text === HIDDEN) return "";
  if (UUID.test(text)) return nameOf(text) || text.slice(-4);
  if (WORDS.test(text)) return text.replace(/_/g, " ");
  return MOMENT.test(text) ? momentOf(Date.parse(text)) : text;
}
