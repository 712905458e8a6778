/** "How it came here": folded until somebody asks, and then as this browser left it. */

import { useState } from "preact/hooks";
import type { Uuid } from "../../client/src/protocol.ts";
import { lazy } from "../app/lazy.tsx";
import type { Desk } from "../inbox/desk.ts";
import { Glyph } from "../shared/Glyph.tsx";
import { recall, remember } from "../shared/keep.ts";

const Way = lazy(async () => (await import("../queue/Way.tsx")).Way);
const NAME = "frontdesk:way";

export function Came({ desk, conversation_id }: { desk: Desk; conversation_id: Uuid }) {
  const [is_open, setOpen] = useState(() => recall(NAME, false));
  function turn(): void {
    remember(NAME, !is_open);
    setOpen(!is_open);
  }
  return (
    <div class="block">
      <h2>
        <button type="button" class="folds" aria-expanded={is_open} onClick={turn}>
          How it came here <Glyph name={is_open ? "down" : "right"} size={14} />
        </button>
      </h2>
      {is_open && <Way desk={desk} conversation_id={conversation_id} />}
    </div>
  );
}
