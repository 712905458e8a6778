/** What a door refused, in words that fit a door. */

import { ApiError } from "../../client/src/errors.ts";
import { toldOf } from "../shared/words.ts";

export function explainDoor(error: unknown): string {
  if (!(error instanceof ApiError)) return toldOf(error);
  if (error.code === "unauthenticated") return "The e-mail or the password is wrong.";
  if (error.code === "too_fast") return "Too many attempts. Wait a minute and try again.";
  if (error.code === "unreachable" || error.code === "unavailable") return "The server cannot be reached now. Try again in a moment.";
  return toldOf(error);
}
