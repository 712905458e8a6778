/** Bots: programs that answer over the same connection as people. */

import { useState } from "preact/hooks";
import { addBot, listBots, type Bot, type MadeBot } from "../../api/people.ts";
import { pathToSettings } from "../../app/routes.ts";
import { Blank } from "../../shared/Blank.tsx";
import { Button } from "../../shared/Button.tsx";
import { Dialog } from "../../shared/Dialog.tsx";
import { Face } from "../../shared/Face.tsx";
import { Choice, Field, Form } from "../../shared/Form.tsx";
import { Glyph } from "../../shared/Glyph.tsx";
import { useForm } from "../../shared/form.ts";
import { useResource } from "../../shared/resource.ts";
import { Frame, Loaded } from "../Frame.tsx";
import { ShownOnce } from "../ShownOnce.tsx";
import type { PageProps } from "../SettingsPage.tsx";
import { BotPage } from "./BotPage.tsx";
import { TYPES, typeLabel } from "./types.ts";

export function BotsPage({ desk, id }: PageProps) {
  return id === null ? <AllBots desk={desk} /> : <BotPage desk={desk} bot_id={id} />;
}

function AllBots({ desk }: Pick<PageProps, "desk">) {
  const bots = useResource(listBots);
  const [is_adding, setAdding] = useState(false);
  const [made, setMade] = useState<Pick<MadeBot, "name" | "token"> | null>(null);
  const may_write = desk.may("bot.write");
  return (
    <Frame
      title="Bots"
      told="Programs that answer over the same connection as people. Visitors are told that it is a bot."
      actions={may_write && <Button kind="primary" glyph="plus" onClick={() => setAdding(true)}>New bot</Button>}
      is_wide
    >
      <Loaded resource={bots}>
        {(known) =>
          known.length === 0 ? (
            <Blank glyph="bot" title="No bots yet" told="A bot connects with its token and answers until a person takes over. docs/bots.md tells how." />
          ) : (
            <ul class="rows">
              {known.map((bot) => (
                <li key={bot.id}>
                  <Face id={bot.id} name={bot.name} of="bot" />
                  <div class="what">
                    <strong><a class="whole" href={pathToSettings("bots", bot.id)}><bdi>{bot.name}</bdi></a></strong>
                    <span><bdi>{bot.description || bot.instructions || typeLabel(bot.type)}</bdi></span>
                  </div>
                  <span class="role">{standingOf(bot)}</span>
                  <Glyph name="right" />
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
      {is_adding && (
        <NewBot
          onClose={() => setAdding(false)}
          onMade={(bot) => {
            setAdding(false);
            setMade(bot);
            bots.again();
          }}
        />
      )}
      {made !== null && <ShownOnce title={`The token of ${made.name || "the bot"}`} told="The bot shows it when it connects. It is shown here only; an older one is good no more." token={made.token} onClose={() => setMade(null)} />}
    </Frame>
  );
}

/** Whether it is there, and may be given anything. */
function standingOf({ health, last_used_at }: Bot): string {
  if (health?.reason === "not_connected") return last_used_at === null ? "Never connected" : "Not connected";
  return health?.status === "unhealthy" ? "Rests after failures" : "Connected";
}

function NewBot({ onClose, onMade }: { onClose: () => void; onMade: (bot: MadeBot) => void }) {
  const form = useForm({ name: "", type: "support" as MadeBot["type"], instructions: "" }, async (values) => {
    const body = { name: values.name.trim(), type: values.type, instructions: values.instructions.trim() };
    onMade(await addBot(body));
  });
  const { values, set, troubleOf } = form;
  return (
    <Dialog label="New bot" onClose={onClose}>
      <Form form={form} save="Make the bot" is_always>
        <Field label="Name" is_required is_first most={120} value={values.name} onValue={(value) => set("name", value)} trouble={troubleOf("name")} hint="Visitors see it, with the word “Bot” beside it." />
        <Choice label="For" value={values.type} options={TYPES} onValue={(value) => set("type", value)} />
        <Field label="What it is to do" rows={3} most={4000} value={values.instructions} onValue={(value) => set("instructions", value)} trouble={troubleOf("instructions")} />
      </Form>
    </Dialog>
  );
}
