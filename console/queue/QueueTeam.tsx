/** Whose queue is shown: everybody's, or one team's. */

import { go } from "../app/router.ts";
import { pathToList } from "../app/routes.ts";
import { list } from "../inbox/current.ts";
import type { Desk } from "../inbox/desk.ts";

export function QueueTeam({ desk }: { desk: Desk }) {
  const teams = desk.directory.teams.value;
  if (teams.length === 0) return null;
  return (
    <select class="whose" aria-label="Whose queue" value={list.value} onChange={(event) => go(pathToList(event.currentTarget.value as "queue"))}>
      <option value="queue">All teams</option>
      {teams.map((team) => <option key={team.id} value={`queue:${team.id}`}>{team.name}</option>)}
    </select>
  );
}
