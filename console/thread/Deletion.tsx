/**
 * Asks before words are taken back. Elsewhere the console does at once what can be undone; here nothing can: the text
 * is gone for everybody, and keeping it back for some seconds would leave it before the eyes of whoever should not read it.
 */

import type { MessageLine } from "../../client/src/lines.ts";
import type { Desk } from "../inbox/desk.ts";
import { Question } from "../shared/Question.tsx";
import { deleting } from "./own.ts";

export function Deletion({ desk, line }: { desk: Desk; line: MessageLine }) {
  return (
    <Question
      label={`Delete this ${line.is_internal ? "note" : "message"}?`}
      keeps="Keep it"
      does="Delete"
      onClose={() => (deleting.value = null)}
      onYes={() => desk.takeBack(line)}
    >
      {line.is_internal ? "Your team sees" : "The visitor and your team see"} that something was deleted, and no longer what. It cannot be brought back.
    </Question>
  );
}
