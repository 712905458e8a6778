/** What went wrong, in words that say what to do. */

import { ApiError } from "../../client/src/errors.ts";

export function toldOf(error: unknown): string {
  if (!(error instanceof ApiError)) return "Something went wrong in this page. Reload it and try again.";
  switch (error.code) {
    case "unreachable":
      return "The server cannot be reached. Nothing was changed; try again in a moment.";
    case "forbidden":
      return "Your role does not allow this. Ask an admin of your organization.";
    case "not_found":
      return "This is not there any more. Somebody may have removed it.";
    case "conflict":
      return sentence(error.message);
    case "too_fast":
      return "That was too often. Wait a minute and try again.";
    case "busy":
    case "unavailable":
      return "A part of the server is away. Nothing was changed; try again in a moment.";
    case "internal":
      return `The server made a mistake: ${error.message}.`;
    default:
      return sentence(error.message);
  }
}

/** The server's messages are written without a capital and a full stop, so that they can stand inside others. */
export function sentence(message: string): string {
  const text = plain(message.trim().replace(/ - at `\$[^`]*`$/, ""));
  if (text === "") return "This was refused.";
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? "" : "."}`;
}

/** What the server's own reader of forms says, in words for people. */
function plain(message: string): string {
  const length = /^expected `str` of length (>=|<=) (\d+)$/i.exec(message);
  if (length !== null) return length[1] === ">=" ? (length[2] === "1" ? "this is needed" : `at least ${length[2]} characters`) : `at most ${length[2]} characters`;
  const range = /^expected `(?:int|float)` (>=|<=|>) (-?[\d.]+)$/i.exec(message);
  if (range !== null) return `${{ ">=": "at least", "<=": "at most", ">": "more than" }[range[1] ?? ""]} ${range[2]}`;
  return /^expected `str` matching regex/i.test(message) ? "this does not look right" : message;
}

const plurals = new Intl.PluralRules("en");

/** 1 member, 2 members */
export const counted = (count: number, one: string, many: string): string =>
  `${count.toLocaleString("en")} ${plurals.select(count) === "one" ? one : many}`;
