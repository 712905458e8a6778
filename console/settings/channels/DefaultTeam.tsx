/** Which team a channel's conversations wait for; chosen at once, and taken back as easily. */

import type { Uuid } from "../../../client/src/protocol.ts";
import { changeChannel, type Channel } from "../../api/channels.ts";
import type { Desk } from "../../inbox/desk.ts";
import { Choice } from "../../shared/Form.tsx";
import { say, sayTrouble } from "../../shared/toasts.tsx";
import { toldOf } from "../../shared/words.ts";
import { Part } from "../Frame.tsx";

interface Props {
  readonly desk: Desk;
  readonly channel: Channel;
  readonly may_write: boolean;
  readonly onChannel: (channel: Channel) => void;
}

export function DefaultTeam({ desk, channel, may_write, onChannel }: Props) {
  const teams = desk.directory.teams.value;
  if (teams.length === 0) return null;
  async function choose(team_id: Uuid | null, before: Uuid | null | undefined): Promise<void> {
    try {
      onChannel(await changeChannel(channel.id, { default_team_id: team_id }));
      const told = team_id === null ? "New conversations wait without a team." : `New conversations wait for ${desk.directory.teamName(team_id)}.`;
      say(told, before === undefined ? undefined : () => void choose(before, undefined));
    } catch (error) {
      sayTrouble(toldOf(error));
    }
  }
  return (
    <Part title="Team" told="Whose queue new conversations of this widget stand in.">
      <Choice
        label="Team"
        is_bare
        is_disabled={!may_write}
        value={channel.default_team_id ?? ""}
        options={[{ value: "", label: "No team" }, ...teams.map((team) => ({ value: team.id, label: team.name }))]}
        onValue={(value) => void choose(value === "" ? null : value, channel.default_team_id)}
      />
    </Part>
  );
}
