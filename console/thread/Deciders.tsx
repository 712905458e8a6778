/** Who decides about a draft, for whoever may not. */

import { useEffect } from "preact/hooks";
import type { Collaboration } from "../../client/src/protocol.ts";
import type { Desk } from "../inbox/desk.ts";

// More names than these are no help.
const MOST = 3;
const NAMES = new Intl.ListFormat("en", { type: "disjunction" });

export function Deciders({ desk, draft: { verifier_ids = null, verifier_team_id = null } }: { desk: Desk; draft: Collaboration }) {
  useEffect(() => desk.directory.wantPeople(), []);
  return <p class="deciders">{verifier_ids === null ? "Whoever may answer visitors decides." : <Named desk={desk} ids={verifier_ids} team_id={verifier_team_id} />}</p>;
}

function Named({ desk, ids, team_id }: { desk: Desk; ids: readonly string[]; team_id: string | null }) {
  const { directory } = desk;
  if (ids.length === 0) return <>An owner or an admin decides.</>;
  if (team_id !== null) return <>Somebody of the team <bdi>{directory.teamName(team_id)}</bdi> decides.</>;
  // Of names that are still on their way the card says nothing wrong.
  const names = ids.map((id) => directory.memberName(id)).filter((name) => name !== "");
  if (names.length === 0) return <>Others decide.</>;
  const shown = names.length > MOST ? [...names.slice(0, MOST - 1), `${names.length - MOST + 1} others`] : names;
  return <><bdi>{NAMES.format(shown)}</bdi> decides.</>;
}
