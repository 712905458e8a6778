/** The panel when there is nothing to talk with: one sentence, and the way out. */

import { Icon } from "../../client/ui/Icon.tsx";
import type { Around } from "./parent.ts";
import { words } from "./words.ts";

interface Props {
  readonly name: string;
  readonly told: string;
  readonly around: Around;
}

export function Trouble({ name, told, around }: Props) {
  const { close } = around;
  return (
    <main onKeyDown={(event) => event.key === "Escape" && close()}>
      <header>
        <div class="who">
          <h1><bdi>{name}</bdi></h1>
        </div>
        {around.is_framed && (
          <button type="button" class="icon" aria-label={words.close_chat} onClick={close}>
            <Icon name="close" size={20} />
          </button>
        )}
      </header>
      <p class="trouble" role="status">{told}</p>
    </main>
  );
}
