/** One bot: how it is set up, beside a chat to try it in; and how it has done. */

import { useState } from "preact/hooks";
import type { Uuid } from "../../../client/src/protocol.ts";
import { removeBot, renewBotToken, showBot, type ConfiguredBot } from "../../api/people.ts";
import { go } from "../../app/router.ts";
import { pathToSettings } from "../../app/routes.ts";
import type { Desk } from "../../inbox/desk.ts";
import { Button } from "../../shared/Button.tsx";
import { useResource } from "../../shared/resource.ts";
import { say, sayTrouble } from "../../shared/toasts.tsx";
import { toldOf as toldOfError } from "../../shared/words.ts";
import { Frame, Loaded, Part } from "../Frame.tsx";
import { ShownOnce } from "../ShownOnce.tsx";
import { BotForm } from "./BotForm.tsx";
import { Scorecard } from "./Scorecard.tsx";
import { TestChat } from "./TestChat.tsx";
import { typeLabel } from "./types.ts";
import "./bots.css";

export function BotPage({ desk, bot_id }: { desk: Desk; bot_id: Uuid }) {
  const bot = useResource(() => showBot(bot_id), [bot_id]);
  return (
    <Loaded resource={bot}>
      {(known) => (
        <Frame title={known.configuration.name} told={toldOf(known)} back={{ href: pathToSettings("bots"), label: "Bots" }} actions={desk.may("bot.write") && <TokenAndEnd bot={known} />} is_wide>
          <Scorecard bot_id={bot_id} />
          <div class="bot-desk">
            <Part title="How it is set up" told="The bot is told at once when you save.">
              <BotForm bot={known} may_write={desk.may("bot.write")} onBot={(next) => bot.change(() => next)} />
            </Part>
            {desk.may("bot.ask") && <TestChat key={bot_id} bot={known} onLook={bot.again} />}
          </div>
        </Frame>
      )}
    </Loaded>
  );
}

function toldOf({ configuration, is_connected, load, capacity }: ConfiguredBot): string {
  const what = typeLabel(configuration.type);
  if (!is_connected) return `${what}. Not connected: people answer in its place.`;
  return `${what}. Connected, and holds ${load} of ${capacity}.`;
}

function TokenAndEnd({ bot: { id, configuration } }: { bot: ConfiguredBot }) {
  const [token, setToken] = useState<string | null>(null);
  async function act(what: () => Promise<void>): Promise<void> {
    try {
      await what();
    } catch (error) {
      sayTrouble(toldOfError(error));
    }
  }
  async function remove(): Promise<void> {
    await removeBot(id);
    go(pathToSettings("bots"), { replace: true });
    say(`${configuration.name} was removed, and its connection ended.`);
  }
  return (
    <div class="ends">
      <Button onClick={() => void act(async () => setToken((await renewBotToken(id)).token))}>New token</Button>
      <Button onClick={() => void act(remove)}>Remove</Button>
      {token !== null && <ShownOnce title={`The token of ${configuration.name}`} told="The bot shows it when it connects. It is shown here only; an older one is good no more." token={token} onClose={() => setToken(null)} />}
    </div>
  );
}
