/** One bot: how it fares and has done, how it is set up, beside a chat to try it in, its tools, and whom it helps. */

import { useEffect, useRef, useState } from "preact/hooks";
import type { Uuid } from "../../../client/src/protocol.ts";
import { removeBot, renewBotToken, showBot, type ConfiguredBot } from "../../api/people.ts";
import { go } from "../../app/router.ts";
import { pathToSettings } from "../../app/routes.ts";
import type { Desk } from "../../inbox/desk.ts";
import { Button } from "../../shared/Button.tsx";
import { Question } from "../../shared/Question.tsx";
import { useResource } from "../../shared/resource.ts";
import { say, sayTrouble } from "../../shared/toasts.tsx";
import { toldOf } from "../../shared/words.ts";
import { Frame, Loaded, Part } from "../Frame.tsx";
import { ShownOnce } from "../ShownOnce.tsx";
import { BotForm } from "./BotForm.tsx";
import { Collaborating } from "./Collaborating.tsx";
import { CopilotPart } from "./CopilotPart.tsx";
import { Scorecard } from "./Scorecard.tsx";
import { Standing } from "./Standing.tsx";
import { TestChat } from "./TestChat.tsx";
import { Tools } from "./Tools.tsx";
import { ToolTable } from "./ToolTable.tsx";
import { typeLabel } from "./types.ts";
import "./bots.css";
import "./parts.css";

export function BotPage({ desk, bot_id }: { desk: Desk; bot_id: Uuid }) {
  const bot = useResource(() => showBot(bot_id), [bot_id]);
  const may_write = desk.may("bot.write");
  const back = { href: pathToSettings("bots"), label: "Bots" };
  const take = (next: ConfiguredBot): void => bot.change(() => next);
  useNews(desk, bot_id, bot.again);
  return (
    <Loaded resource={bot} back={back}>
      {(known) => (
        <Frame title={known.configuration.name} told={`${typeLabel(known.configuration.type)}. ${known.configuration.description}`} back={back} actions={may_write && <TokenAndEnd bot={known} />} is_wide>
          <Standing bot={known} may_see_channels={desk.may("channel.read")} />
          <Scorecard bot_id={bot_id} />
          <ToolTable bot_id={bot_id} />
          <div class="bot-desk">
            <div>
              <Part title="How it is set up" told="The bot is told at once when you save.">
                <BotForm bot={known} may_write={may_write} onBot={take} />
              </Part>
              <Tools bot={known} may_write={may_write} />
              <Collaborating desk={desk} bot={known} may_write={may_write} onBot={take} />
              <CopilotPart desk={desk} bot={known} may_write={may_write} onBot={take} />
            </div>
            {desk.may("bot.ask") && <TestChat key={bot_id} bot={known} onLook={bot.again} />}
          </div>
        </Frame>
      )}
    </Loaded>
  );
}

/** Looks again whenever the team's picture says that the bot came, went, fares otherwise or carries more. */
function useNews(desk: Desk, bot_id: Uuid, look: () => void): void {
  const { is_connected, health, active_load } = desk.inbox.value.agents[bot_id] ?? {};
  const news = JSON.stringify([is_connected, health, active_load]);
  const known = useRef(news);
  useEffect(() => {
    if (known.current !== news) look();
    known.current = news;
  }, [news]);
}

/** Asks before either: no undo gives a program its old token back, or its place. */
function TokenAndEnd({ bot: { id, configuration, seen_at } }: { bot: ConfiguredBot }) {
  const [token, setToken] = useState<string | null>(null);
  const [asked, setAsked] = useState<"token" | "end" | null>(null);
  async function act(what: () => Promise<void>): Promise<void> {
    try {
      await what();
    } catch (error) {
      sayTrouble(toldOf(error));
    }
  }
  async function renew(): Promise<void> {
    setToken((await renewBotToken(id)).token);
  }
  async function remove(): Promise<void> {
    await removeBot(id);
    go(pathToSettings("bots"), { replace: true });
    say(`${configuration.name} was removed, and its connection ended.`);
  }
  return (
    <div class="ends">
      <Button onClick={() => (seen_at === null ? void act(renew) : setAsked("token"))}>New token</Button>
      <Button onClick={() => setAsked("end")}>Remove</Button>
      {asked === "token" && (
        <Question label="Make a new token?" keeps="Keep the old one" does="Make it" onClose={() => setAsked(null)} onYes={() => void act(renew)}>
          The old one is good no more at once: the program is cut off until you give it the new one.
        </Question>
      )}
      {asked === "end" && (
        <Question label="Remove this bot?" keeps="Keep it" does="Remove it" onClose={() => setAsked(null)} onYes={() => void act(remove)}>
          Its program is cut off, and others have its conversations. What it said stays; how it is set up cannot be brought back.
        </Question>
      )}
      {token !== null && <ShownOnce title={`The token of ${configuration.name}`} told="The bot shows it when it connects. It is shown here only; an older one is good no more." token={token} onClose={() => setToken(null)} />}
    </div>
  );
}
