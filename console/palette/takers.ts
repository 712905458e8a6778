/** Who can take a conversation over: people, teams and bots, whoever is there and has room first. */

import type { AgentLine, Uuid } from "../../client/src/protocol.ts";
import type { Team } from "../api/people.ts";

export interface Taker {
  readonly kind: "person" | "team" | "bot";
  readonly id: Uuid;
  readonly name: string;
  /** Can be asked now. */
  readonly is_there: boolean;
}

/** How full somebody is; who can carry nothing is full. */
const shareOf = ({ active_load, max_load }: AgentLine): number => (max_load > 0 ? active_load / max_load : 1);

const RANK = { online: 0, away: 1, busy: 2, offline: 3 } as const;

export function takersOf(agents: Readonly<Record<Uuid, AgentLine>>, teams: readonly Team[], except: readonly (Uuid | null)[]): readonly Taker[] {
  const others = Object.values(agents).filter((each) => !except.includes(each.id));
  const people = others
    .filter((each) => each.kind !== "bot" && each.role !== "viewer")
    .sort((a, b) => RANK[a.status] - RANK[b.status] || shareOf(a) - shareOf(b) || a.name.localeCompare(b.name));
  const bots = others.filter((each) => each.kind === "bot").sort((a, b) => Number(b.is_connected) - Number(a.is_connected) || a.name.localeCompare(b.name));
  return [
    ...people.map(({ id, name, is_connected }): Taker => ({ kind: "person", id, name, is_there: is_connected })),
    ...teams.map(({ id, name }): Taker => ({ kind: "team", id, name, is_there: true })),
    ...bots.map(({ id, name, is_connected }): Taker => ({ kind: "bot", id, name, is_there: is_connected })),
  ];
}
