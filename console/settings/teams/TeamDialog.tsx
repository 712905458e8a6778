/** One team: its name, what it is for, and who is in it. */

import { addTeam, changeTeam, setTeamMembers, type Member, type Team } from "../../api/people.ts";
import type { Uuid } from "../../../client/src/protocol.ts";
import { Dialog } from "../../shared/Dialog.tsx";
import { Choice, Field, Form, Several } from "../../shared/Form.tsx";
import { useForm } from "../../shared/form.ts";

interface Props {
  readonly team: Team | null;
  readonly members: readonly Member[];
  readonly onClose: () => void;
  readonly onSaved: () => void;
}

export function TeamDialog({ team, members, onClose, onSaved }: Props) {
  const form = useForm(
    { name: team?.name ?? "", description: team?.description ?? "", member_ids: team?.member_ids ?? ([] as readonly Uuid[]), lead_id: team?.lead_id ?? "" },
    async ({ name, description, member_ids, lead_id }) => {
      const body = { name: name.trim(), description: description.trim() };
      const { id } = team === null ? await addTeam(body) : await changeTeam(team.id, body);
      await setTeamMembers(id, { member_ids, lead_id: member_ids.includes(lead_id) ? lead_id : null });
      onSaved();
    },
  );
  const { values, set, troubleOf } = form;
  const inside = members.filter(({ id }) => values.member_ids.includes(id));
  return (
    <Dialog label={team === null ? "New team" : "Change the team"} onClose={onClose}>
      <Form form={form} save={team === null ? "Make the team" : "Save"} is_always={team === null}>
        <Field label="Name" is_required is_first most={120} value={values.name} onValue={(value) => set("name", value)} trouble={troubleOf("name")} />
        <Field label="What it is for" most={500} value={values.description} onValue={(value) => set("description", value)} trouble={troubleOf("description")} />
        <Several
          legend="Members"
          options={members.map(({ id, name: label }) => ({ id, label: <bdi>{label}</bdi> }))}
          chosen={values.member_ids}
          onChosen={(ids) => set("member_ids", ids)}
        />
        {inside.length > 0 && (
          <Choice label="Lead" value={values.lead_id} onValue={(value) => set("lead_id", value)} options={[{ value: "", label: "Nobody" }, ...inside.map(({ id, name }) => ({ value: id, label: name }))]} />
        )}
      </Form>
    </Dialog>
  );
}
