/** The panel when there is nothing to talk with: one sentence, and the way out. */

import { Icon } from "../../client/ui/Icon.tsx";
import type { Around } from "./parent.ts";
import { words } from "./words.ts";

export function Trouble({ told, around }: { readonly told: string; readonly around: Around }) {
  const close = (): void => around.tell({ frontdesk: "close" });
  return (
    <main onKeyDown={(event) => event.key === "Escape" && close()}>
      {around.is_framed && (
        <header>
          <button type="button" class="icon close" aria-label={words.close_chat} onClick={close}>
            <Icon name="close" size={20} />
          </button>
        </header>
      )}
      <p class="trouble" role="status">{told}</p>
    </main>
  );
}
