/** Teams: groups that conversations can be assigned to, and who is in them. */

import { useState } from "preact/hooks";
import { addTeam, listMembers, listTeams, removeTeam, setTeamMembers, type Team } from "../../api/people.ts";
import { pathToSettings } from "../../app/routes.ts";
import { Blank } from "../../shared/Blank.tsx";
import { Button } from "../../shared/Button.tsx";
import { Face } from "../../shared/Face.tsx";
import { useResource } from "../../shared/resource.ts";
import { say, sayTrouble } from "../../shared/toasts.tsx";
import { counted, toldOf } from "../../shared/words.ts";
import { Frame, Loaded } from "../Frame.tsx";
import { Queues } from "../queues/Queues.tsx";
import type { PageProps } from "../SettingsPage.tsx";
import { TeamDialog } from "./TeamDialog.tsx";

/** So many faces stand beside a team's name; the number tells the rest. */
const FACES = 5;

export function TeamsPage({ desk }: PageProps) {
  const teams = useResource(async () => {
    const [found, members] = await Promise.all([listTeams(), listMembers()]);
    return { teams: found, members };
  });
  const [editing, setEditing] = useState<Team | "new" | null>(null);
  const may_write = desk.may("team.write");

  async function remove(team: Team): Promise<void> {
    try {
      await removeTeam(team.id);
      changed();
      say(`${team.name} was removed.`, () => void bringBack(team));
    } catch (error) {
      sayTrouble(toldOf(error));
    }
  }
  async function bringBack(team: Team): Promise<void> {
    try {
      const made = await addTeam({ name: team.name, description: team.description });
      await setTeamMembers(made.id, { member_ids: team.member_ids, lead_id: team.lead_id });
    } catch (error) {
      sayTrouble(toldOf(error));
    }
    changed();
  }
  function changed(): void {
    teams.again();
    desk.directory.forgetPeople();
  }

  const add = may_write && <Button kind="primary" glyph="plus" onClick={() => setEditing("new")}>New team</Button>;
  return (
    <Frame title="Teams" told="Groups that conversations can be assigned to. Each team has its own list in the inbox." actions={add} is_wide>
      <Loaded resource={teams}>
        {({ teams: known, members }) => (
          <>
            {known.length === 0 ? (
              <Blank glyph="team" title="No teams yet" told="A team is a list of its own: billing, technical, a language. Small companies need none.">
                {may_write && <Button onClick={() => setEditing("new")}>Make the first team</Button>}
              </Blank>
            ) : (
              <ul class="rows">
                {known.map((team) => (
                  <li key={team.id}>
                    <div class="what">
                      <strong><bdi>{team.name}</bdi></strong>
                      <span><bdi>{team.description || counted(team.member_ids.length, "member", "members")}</bdi></span>
                    </div>
                    <span class="faces" title={counted(team.member_ids.length, "member", "members")}>
                      {team.member_ids.slice(0, FACES).map((id) => <Face key={id} id={id} name={members.find((each) => each.id === id)?.name ?? ""} size={24} />)}
                      {team.member_ids.length > FACES && <i>+{team.member_ids.length - FACES}</i>}
                    </span>
                    <a class="button plain" href={pathToSettings("hours", team.id)} aria-label={`Hours of ${team.name}`}>Hours</a>
                    {may_write && <Button onClick={() => setEditing(team)}>Change</Button>}
                    {may_write && <Button onClick={() => void remove(team)}>Remove</Button>}
                  </li>
                ))}
              </ul>
            )}
            <Queues desk={desk} of="teams" />
            {editing !== null && (
              <TeamDialog
                team={editing === "new" ? null : editing}
                members={members.filter((each) => each.is_active)}
                onClose={() => setEditing(null)}
                onSaved={() => {
                  setEditing(null);
                  changed();
                }}
              />
            )}
          </>
        )}
      </Loaded>
    </Frame>
  );
}
