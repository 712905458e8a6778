/**
 * Asks before words are taken back. Elsewhere the console does at once what can be undone; here nothing can: the text
 * is gone for everybody, and keeping it back for some seconds would leave it before the eyes of whoever should not read it.
 */

import type { MessageLine } from "../../client/src/lines.ts";
import type { Desk } from "../inbox/desk.ts";
import { Button } from "../shared/Button.tsx";
import { Dialog } from "../shared/Dialog.tsx";
import { deleting } from "./own.ts";

export function Deletion({ desk, line }: { desk: Desk; line: MessageLine }) {
  const leave = (): void => void (deleting.value = null);
  const kind = line.is_internal ? "note" : "message";
  return (
    <Dialog label={`Delete this ${kind}?`} onClose={leave} class="deletion">
      <p>{line.is_internal ? "Your team sees" : "The visitor and your team see"} that something was deleted, and no longer what. It cannot be brought back.</p>
      <div class="ends">
        <Button onClick={leave}>Keep it</Button>
        <Button
          kind="danger"
          onClick={() => {
            desk.takeBack(line);
            leave();
          }}
        >
          Delete
        </Button>
      </div>
    </Dialog>
  );
}
