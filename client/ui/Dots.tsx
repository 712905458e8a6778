/** Somebody types: three quiet dots and a name. */

import type { Sender } from "../src/protocol.ts";
import { shared, withName } from "./words.ts";

export function Dots({ typists, unnamed }: { typists: readonly Sender[]; unnamed: string }) {
  const first = typists[0];
  const name = first?.name || unnamed;
  const told = withName(typists.length > 1 ? shared.are_typing : shared.is_typing, name);
  return (
    <div class="typing" role="status">
      {first !== undefined && (
        <>
          <span class="dots" aria-hidden="true">
            <i />
            <i />
            <i />
          </span>
          {told}
        </>
      )}
    </div>
  );
}
