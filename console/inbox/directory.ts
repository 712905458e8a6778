/** Who works here, in which teams: asked for once, when somebody wants to know, and again when they changed it. */

import { computed, signal, type ReadonlySignal } from "@preact/signals";
import type { Uuid } from "../../client/src/protocol.ts";
import { listCanned, type CannedResponse } from "../api/chat.ts";
import { listMembers, listTeams, type Member, type Team } from "../api/people.ts";

export interface Directory {
  readonly members: ReadonlySignal<readonly Member[]>;
  readonly teams: ReadonlySignal<readonly Team[]>;
  readonly canned: ReadonlySignal<readonly CannedResponse[]>;
  teamName(id: Uuid): string;
  memberName(id: Uuid): string;
  /** Asks for people and teams, or for canned responses, when that has not worked yet. */
  wantPeople(): void;
  wantCanned(): void;
  forgetPeople(): void;
  forgetCanned(): void;
}

export function createDirectory(): Directory {
  const members = signal<readonly Member[]>([]);
  const teams = signal<readonly Team[]>([]);
  const canned = signal<readonly CannedResponse[]>([]);
  let people_asked = false;
  let canned_asked = false;
  const team_names = computed(() => new Map(teams.value.map((team) => [team.id, team.name])));
  const member_names = computed(() => new Map(members.value.map((member) => [member.id, member.name])));

  function wantPeople(): void {
    if (people_asked) return;
    people_asked = true;
    Promise.all([listMembers(), listTeams()]).then(
      ([found_members, found_teams]) => {
        members.value = found_members;
        teams.value = [...found_teams].sort((a, b) => a.name.localeCompare(b.name));
      },
      () => (people_asked = false), // Asked again by whoever wants it next.
    );
  }

  function wantCanned(): void {
    if (canned_asked) return;
    canned_asked = true;
    listCanned().then(
      (found) => (canned.value = found),
      () => (canned_asked = false),
    );
  }

  return {
    members,
    teams,
    canned,
    teamName: (id) => team_names.value.get(id) ?? "Team",
    memberName: (id) => member_names.value.get(id) ?? "",
    wantPeople,
    wantCanned,
    forgetPeople() {
      people_asked = false;
      wantPeople();
    },
    forgetCanned() {
      canned_asked = false;
      wantCanned();
    },
  };
}
