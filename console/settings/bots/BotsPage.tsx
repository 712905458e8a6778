/** Bots: programs that answer over the same connection as people. */

import { useState } from "preact/hooks";
import { addBot, listBots, removeBot, renewBotToken, type MadeBot } from "../../api/people.ts";
import { Blank } from "../../shared/Blank.tsx";
import { Button } from "../../shared/Button.tsx";
import { Dialog } from "../../shared/Dialog.tsx";
import { Face } from "../../shared/Face.tsx";
import { Choice, Field, Form } from "../../shared/Form.tsx";
import { useForm } from "../../shared/form.ts";
import { useResource } from "../../shared/resource.ts";
import { say, sayTrouble } from "../../shared/toasts.tsx";
import { toldOf } from "../../shared/words.ts";
import { Frame, Loaded } from "../Frame.tsx";
import { ShownOnce } from "../ShownOnce.tsx";
import type { PageProps } from "../SettingsPage.tsx";

const TYPES = [
  { value: "support", label: "Support" },
  { value: "triage", label: "Triage" },
  { value: "sales", label: "Sales" },
  { value: "billing", label: "Billing" },
  { value: "technical", label: "Technical" },
  { value: "product", label: "Product" },
  { value: "custom", label: "Something else" },
] as const;

export function BotsPage({ desk }: PageProps) {
  const bots = useResource(listBots);
  const [is_adding, setAdding] = useState(false);
  const [made, setMade] = useState<Pick<MadeBot, "name" | "token"> | null>(null);
  const may_write = desk.may("bot.write");
  async function act(what: () => Promise<void>): Promise<void> {
    try {
      await what();
      bots.again();
    } catch (error) {
      sayTrouble(toldOf(error));
    }
  }
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
            <Blank glyph="bot" title="No bots yet" told="A bot connects with its token and answers until a person takes over. The protocol is in docs/protocol.md." />
          ) : (
            <ul class="rows">
              {known.map((bot) => (
                <li key={bot.id}>
                  <Face id={bot.id} name={bot.name} of="bot" />
                  <div class="what">
                    <strong><bdi>{bot.name}</bdi></strong>
                    <span><bdi>{bot.instructions || (TYPES.find(({ value }) => value === bot.type)?.label ?? bot.type)}</bdi></span>
                  </div>
                  {may_write && <Button onClick={() => void act(async () => setMade({ name: bot.name, ...(await renewBotToken(bot.id)) }))}>New token</Button>}
                  {may_write && (
                    <Button
                      onClick={() =>
                        void act(async () => {
                          await removeBot(bot.id);
                          say(`${bot.name} was removed, and its connection ended.`);
                        })
                      }
                    >
                      Remove
                    </Button>
                  )}
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
