/** Who works here, in which teams, and what conversations are about: asked for once, when somebody wants to know, and again when they changed it. */

import { computed, signal, type ReadonlySignal } from "@preact/signals";
import type { Uuid } from "../../client/src/protocol.ts";
import { listCanned, type CannedResponse } from "../api/chat.ts";
import { listInteractionTypes, type InteractionType } from "../api/interactions.ts";
import { listMembers, listTeams, type Member, type Team } from "../api/people.ts";

export interface Directory {
  readonly members: ReadonlySignal<readonly Member[]>;
  readonly teams: ReadonlySignal<readonly Team[]>;
  readonly canned: ReadonlySignal<readonly CannedResponse[]>;
  readonly types: ReadonlySignal<readonly InteractionType[]>;
  teamName(id: Uuid): string;
  memberName(id: Uuid): string;
  /** Asks for people and teams, for canned responses, or for types, when that has not worked yet. */
  wantPeople(): void;
  wantCanned(): void;
  wantTypes(): void;
  forgetPeople(): void;
  forgetCanned(): void;
  forgetTypes(): void;
}

export function createDirectory(): Directory {
  const members = signal<readonly Member[]>([]);
  const teams = signal<readonly Team[]>([]);
  const canned = signal<readonly CannedResponse[]>([]);
  const types = signal<readonly InteractionType[]>([]);
  let types_asked = false;
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

  function wantTypes(): void {
    if (types_asked) return;
    types_asked = true;
    listInteractionTypes().then(
      (found) => (types.value = found),
      () => (types_asked = false),
    );
  }

  return {
    members,
    teams,
    canned,
    types,
    teamName: (id) => team_names.value.get(id) ?? "Team",
    memberName: (id) => member_names.value.get(id) ?? "",
    wantPeople,
    wantCanned,
    wantTypes,
    forgetPeople() {
      people_asked = false;
      wantPeople();
    },
    forgetCanned() {
      canned_asked = false;
      wantCanned();
    },
    forgetTypes() {
      types_asked = false;
      wantTypes();
    },
  };
}
