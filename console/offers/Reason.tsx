/** Why an offer is declined, for the team: a word is enough, and none is needed. */

import { useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Uuid } from "../../client/src/protocol.ts";
import type { Desk } from "../inbox/desk.ts";
import { Button } from "../shared/Button.tsx";
import { decline, explaining } from "./answer.ts";

/** The protocol's limit. */
const MOST = 200;

export function Reason({ desk, id }: { desk: Desk; id: Uuid }) {
  const [reason, setReason] = useState("");
  const field = useRef<HTMLInputElement>(null);
  // Whoever wrote an answer goes on where they were.
  useLayoutEffect(() => {
    const before = document.activeElement;
    field.current?.focus();
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  return (
    <form
      class="ways"
      onSubmit={(event) => {
        event.preventDefault();
        void decline(desk, id, reason.trim());
      }}
    >
      <input
        ref={field}
        dir="auto"
        aria-label="Why, for the team"
        placeholder="Why, for the team"
        maxLength={MOST}
        value={reason}
        onInput={(event) => setReason(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== "Escape") return;
          event.preventDefault();
          explaining.value = null;
        }}
      />
      <Button type="submit">Decline</Button>
    </form>
  );
}
