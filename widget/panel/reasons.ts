/** Why words were not taken, for the person who wrote them. */

import type { RefusalCode } from "../../client/src/protocol.ts";

export function reasonOf(code: RefusalCode): string {
  switch (code) {
    case "conversation_closed":
      return "The conversation is closed.";
    case "not_found":
    case "forbidden":
      return "This conversation is no longer open to you.";
    case "bad_id":
      return "It waited too long.";
    case "invalid":
    case "malformed":
      return "It has characters that cannot be sent.";
    default:
      return "It could not be sent.";
  }
}
