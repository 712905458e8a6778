/** Which bot answers a channel's visitors before people do, and which may at all; chosen at once, and taken back as easily. */

import type { Uuid } from "../../../client/src/protocol.ts";
import { changeChannel, type Channel } from "../../api/channels.ts";
import { listBots } from "../../api/people.ts";
import { Check, Choice } from "../../shared/Form.tsx";
import { useResource } from "../../shared/resource.ts";
import { say, sayTrouble } from "../../shared/toasts.tsx";
import { toldOf } from "../../shared/words.ts";
import { Part } from "../Frame.tsx";

interface Props {
  readonly channel: Channel;
  readonly may_write: boolean;
  readonly onChannel: (channel: Channel) => void;
}

export function GoesFirst({ channel, may_write, onChannel }: Props) {
  const bots = useResource(listBots).value ?? [];
  if (bots.length === 0) return null;
  async function choose(bot_id: Uuid | null, before: Uuid | null | undefined): Promise<void> {
    try {
      onChannel(await changeChannel(channel.id, { default_bot_id: bot_id }));
      const told = bot_id === null ? "People answer first." : `${bots.find(({ id }) => id === bot_id)?.name ?? "The bot"} answers first.`;
      say(told, before === undefined ? undefined : () => void choose(before, undefined));
    } catch (error) {
      sayTrouble(toldOf(error));
    }
  }
  // Nobody named means that all may.
  const mayAnswer = (id: Uuid): boolean => channel.bot_ids.length === 0 || channel.bot_ids.includes(id) || id === channel.default_bot_id;
  // The last one stays: nobody chosen would mean all of them.
  const isLast = (id: Uuid): boolean => mayAnswer(id) && bots.filter((bot) => mayAnswer(bot.id)).length === 1;
  async function allow(id: Uuid, may: boolean): Promise<void> {
    const chosen = bots.filter((bot) => (bot.id === id ? may : mayAnswer(bot.id))).map((bot) => bot.id);
    try {
      onChannel(await changeChannel(channel.id, { bot_ids: chosen.length === bots.length ? [] : chosen }));
    } catch (error) {
      sayTrouble(toldOf(error));
    }
  }
  return (
    <Part title="Goes first" told="Which bot holds new conversations of this widget, while it is connected and has room.">
      <Choice
        label="Goes first"
        is_bare
        is_disabled={!may_write}
        value={channel.default_bot_id ?? ""}
        options={[{ value: "", label: "People" }, ...bots.map((bot) => ({ value: bot.id, label: bot.name }))]}
        onValue={(value) => void choose(value === "" ? null : value, channel.default_bot_id)}
      />
      {bots.length > 1 && (
        <fieldset class="choices may-answer">
          <legend>May answer here</legend>
          {bots.map((bot) => (
            <Check key={bot.id} label={<bdi>{bot.name}</bdi>} is_disabled={!may_write || bot.id === channel.default_bot_id || isLast(bot.id)} value={mayAnswer(bot.id)} onValue={(may) => void allow(bot.id, may)} />
          ))}
          <p class="hint">By its keywords, for triage, or when another bot passes something on. {channel.bot_ids.length === 0 ? "All may, also those that come later." : "Those that come later have to be chosen."}</p>
        </fieldset>
      )}
    </Part>
  );
}
