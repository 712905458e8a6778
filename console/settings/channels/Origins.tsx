/** The websites that may show the widget. */

import { useState } from "preact/hooks";
import { changeChannel, type Channel } from "../../api/channels.ts";
import { Button, IconButton } from "../../shared/Button.tsx";
import { Glyph } from "../../shared/Glyph.tsx";
import { say } from "../../shared/toasts.tsx";
import { toldOf } from "../../shared/words.ts";
import { Part } from "../Frame.tsx";
import { originOf } from "./origins.ts";

interface Props {
  readonly channel: Channel;
  readonly may_write: boolean;
  readonly onChannel: (channel: Channel) => void;
}

export function Origins({ channel, may_write, onChannel }: Props) {
  const [typed, setTyped] = useState("");
  const [trouble, setTrouble] = useState("");
  const known = channel.allowed_origins;

  async function set(allowed_origins: readonly string[], told: string | null): Promise<boolean> {
    setTrouble("");
    try {
      onChannel(await changeChannel(channel.id, { allowed_origins }));
      if (told !== null) say(told, () => void set(known, null));
      return true;
    } catch (error) {
      setTrouble(toldOf(error));
      return false;
    }
  }
  async function add(): Promise<void> {
    const origin = originOf(typed);
    if (origin === null) return setTrouble("This is not the address of a website. It looks like https://www.example.com.");
    if (known.includes(origin)) return setTrouble("This website is on the list already.");
    if (await set([...known, origin], null)) setTyped("");
  }

  return (
    <Part title="Websites" told="The widget works on these and nowhere else.">
      {known.length === 0 && <p class="none">None yet: the widget works only on its try-out page.</p>}
      <ul class="rows tight">
        {known.map((origin) => (
          <li key={origin}>
            <span class="sign"><Glyph name="globe" /></span>
            <div class="what"><strong><bdi>{origin}</bdi></strong></div>
            {may_write && (
              <IconButton glyph="close" label={`Remove ${origin}`} onClick={() => void set(known.filter((each) => each !== origin), `${origin} was removed.`)} />
            )}
          </li>
        ))}
      </ul>
      {may_write && (
        <form
          class="adding"
          onSubmit={(event) => {
            event.preventDefault();
            void add();
          }}
        >
          <input
            aria-label="Another website"
            aria-invalid={trouble !== ""}
            placeholder="https://www.example.com"
            value={typed}
            onInput={(event) => {
              setTyped(event.currentTarget.value);
              setTrouble("");
            }}
          />
          <Button type="submit" is_disabled={typed.trim() === ""}>Add</Button>
        </form>
      )}
      <p class="trouble" role="alert">{trouble}</p>
    </Part>
  );
}
