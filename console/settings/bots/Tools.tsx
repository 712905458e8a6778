/** What a bot may call: switched at once, in the order in which it is offered. */

import { useState } from "preact/hooks";
import { changeBotTool, listBotTools, type BotTool, type ConfiguredBot } from "../../api/people.ts";
import { longAge, momentOf } from "../../shared/ages.ts";
import { IconButton } from "../../shared/Button.tsx";
import { useResource } from "../../shared/resource.ts";
import { sayTrouble } from "../../shared/toasts.tsx";
import { useNow } from "../../shared/useNow.ts";
import { toldOf } from "../../shared/words.ts";
import { Loaded, Part } from "../Frame.tsx";
import { ToolDialog } from "./ToolDialog.tsx";
import { isGone, moved, ownWords } from "./tools.ts";

export function Tools({ bot, may_write }: { bot: ConfiguredBot; may_write: boolean }) {
  // A bot tells what it has when it comes.
  const tools = useResource(() => listBotTools(bot.id), [bot.id, bot.is_connected, bot.configuration.tools?.length ?? 0]);
  const [changing, setChanging] = useState<BotTool | null>(null);
  const [is_moving, setMoving] = useState(false);
  const now = useNow();

  async function act(what: () => Promise<unknown>): Promise<void> {
    try {
      await what();
    } catch (error) {
      sayTrouble(toldOf(error));
    }
    tools.again();
  }
  function turn(tool: BotTool, is_enabled: boolean): Promise<void> {
    tools.change((known) => known.map((each) => (each.id === tool.id ? { ...each, is_enabled } : each)));
    return act(() => changeBotTool(tool, { is_enabled }));
  }
  async function move(known: readonly BotTool[], from: number, to: number): Promise<void> {
    const next = moved(known, from, to);
    const others = next.filter((tool) => known.find(({ id }) => id === tool.id)?.priority !== tool.priority);
    tools.change(() => next);
    setMoving(true);
    await act(async () => {
      for (const tool of others) await changeBotTool(tool, { priority: tool.priority });
    });
    setMoving(false);
  }

  return (
    <Part title="Tools" told="Functions that the bot may call while it answers. The upper ones are offered first; it hears of a change at once.">
      <Loaded resource={tools}>
        {(known) =>
          known.length === 0 ? (
            <p class="hint">{bot.is_connected ? "This bot has told of no tools." : "A bot tells which tools it has as soon as it connects."}</p>
          ) : (
            <ul class="rows tools" aria-label="Tools">
              {known.map((tool, at) => (
                <li key={tool.id}>
                  <input type="checkbox" class="onoff" role="switch" aria-label={tool.display_name} checked={tool.is_enabled} disabled={!may_write} onChange={(event) => void turn(tool, event.currentTarget.checked)} />
                  <strong><bdi>{tool.display_name}</bdi></strong>
                  {may_write && (
                    <div class="order">
                      <IconButton glyph="up" label={`Offer ${tool.display_name} earlier`} is_disabled={at === 0 || is_moving} onClick={() => void move(known, at, at - 1)} />
                      <IconButton glyph="down" label={`Offer ${tool.display_name} later`} is_disabled={at === known.length - 1 || is_moving} onClick={() => void move(known, at, at + 1)} />
                      <IconButton glyph="pencil" label={`Change ${tool.display_name}`} onClick={() => setChanging(tool)} />
                    </div>
                  )}
                  <div class="of">
                    <p><bdi>{tool.description || ownWords(tool) || "Nobody has said what it is for."}</bdi></p>
                    <p class="seen" data-gone={isGone(tool, bot)}><code>{tool.tool_name}</code> <Seen tool={tool} is_gone={isGone(tool, bot)} now={now} /></p>
                  </div>
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
      {changing !== null && (
        <ToolDialog
          tool={changing}
          onClose={() => setChanging(null)}
          onDone={() => {
            setChanging(null);
            tools.again();
          }}
        />
      )}
    </Part>
  );
}

function Seen({ tool: { seen_at }, is_gone, now }: { tool: BotTool; is_gone: boolean; now: number }) {
  if (seen_at === null) return <>The bot has not told of it yet.</>;
  return <>{is_gone ? "The bot has it no more; last told of" : "Told of by the bot"} <time dateTime={new Date(seen_at).toISOString()} title={momentOf(seen_at)}>{longAge(seen_at, now)}</time></>;
}
