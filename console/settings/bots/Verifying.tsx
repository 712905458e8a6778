/** Which members approve what a bot says. */

import type { Uuid, Verifiers } from "../../../client/src/protocol.ts";
import type { Desk } from "../../inbox/desk.ts";
import { Choice, Several } from "../../shared/Form.tsx";

const WHO: readonly { readonly value: Verifiers; readonly label: string }[] = [
  { value: "anybody", label: "Anybody who may answer" },
  { value: "members", label: "Some members" },
  { value: "team", label: "The members of a team" },
];
const MOST = 50;

interface Props {
  readonly desk: Desk;
  readonly verifiers: Verifiers;
  readonly member_ids: readonly Uuid[];
  readonly team_id: Uuid;
  readonly onVerifiers: (value: Verifiers) => void;
  readonly onMembers: (ids: readonly Uuid[]) => void;
  readonly onTeam: (id: Uuid) => void;
}

export function Verifying({ desk, verifiers, member_ids, team_id, onVerifiers, onMembers, onTeam }: Props) {
  const { members, teams } = desk.directory;
  const able = members.value.filter((each) => each.is_active && each.role !== "viewer");
  return (
    <>
      <p class="hint">They approve, change or reject it in the conversation; owners and admins may always do it. After the seconds below people answer.</p>
      <div class="pair">
        <Choice label="Who decides" value={verifiers} options={WHO} onValue={onVerifiers} />
        {verifiers === "team" && (
          <Choice
            label="Which team"
            is_required
            value={team_id}
            options={[...(team_id === "" ? [{ value: "", label: "Choose …" }] : []), ...teams.value.map(({ id, name }) => ({ value: id, label: name }))]}
            onValue={onTeam}
          />
        )}
      </div>
      {verifiers === "members" && (
        <Several
          legend="Members"
          class="verifiers"
          options={able.map(({ id, name }) => ({ id, label: <bdi>{name}</bdi> }))}
          chosen={member_ids}
          most={MOST}
          onChosen={onMembers}
        />
      )}
    </>
  );
}
