/** One canned response, with what it will look like to a visitor. */

import { addCanned, changeCanned, type CannedResponse } from "../../api/chat.ts";
import type { Me, Team } from "../../api/people.ts";
import { Dialog } from "../../shared/Dialog.tsx";
import { Choice, Field, Form } from "../../shared/Form.tsx";
import { useForm } from "../../shared/form.ts";
import { fill, VARIABLE_NAMES } from "../../thread/variables.ts";
import { Words } from "../../../client/ui/Words.tsx";

interface Props {
  readonly canned: CannedResponse | null;
  readonly teams: readonly Team[];
  readonly me: Me;
  readonly onClose: () => void;
  readonly onSaved: () => void;
}

export function CannedDialog({ canned, teams, me, onClose, onSaved }: Props) {
  const form = useForm(
    {
      name: canned?.name ?? "",
      shortcut: (canned?.shortcut ?? "").replace(/^\//, ""),
      category: canned?.category ?? "",
      content: canned?.content ?? "",
      team_id: canned?.team_id ?? "",
    },
    async (values) => {
      const body = {
        name: values.name.trim(),
        content: values.content,
        shortcut: values.shortcut.trim() || null,
        category: values.category.trim() || null,
        team_id: values.team_id || null,
      };
      await (canned === null ? addCanned(body) : changeCanned(canned.id, body));
      onSaved();
    },
  );
  const { values, set, troubleOf } = form;
  const example = fill(values.content, {
    contact_name: "Vera Sandberg",
    contact_email: "vera@shop.example",
    agent_name: me.name,
    organization_name: me.organization_name,
  });
  return (
    <Dialog label={canned === null ? "New canned response" : "Change the canned response"} onClose={onClose}>
      <Form form={form} save={canned === null ? "Add" : "Save"} is_always={canned === null}>
        <Field label="Name" is_required is_first most={120} value={values.name} onValue={(value) => set("name", value)} trouble={troubleOf("name")} />
        <Field label="Shortcut" most={40} placeholder="return" value={values.shortcut} onValue={(value) => set("shortcut", value.replace(/[\s/]/g, ""))} trouble={troubleOf("shortcut")} hint={`Typed after a slash: /${values.shortcut || "return"}`} />
        <Field label="Text" is_required rows={5} most={8000} value={values.content} onValue={(value) => set("content", value)} trouble={troubleOf("content")} hint={<>Filled in by itself: {VARIABLE_NAMES.map((name, index) => <>{index > 0 && ", "}<code>{`{{${name}}}`}</code></>)}</>} />
        {values.content.trim() !== "" && (
          <div class="example" aria-label="Example">
            <div class="bubble" dir="auto"><Words text={example} has_marks /></div>
          </div>
        )}
        <div class="pair">
          <Field label="Category" most={60} value={values.category} onValue={(value) => set("category", value)} trouble={troubleOf("category")} />
          {teams.length > 0 && <Choice label="For" value={values.team_id} onValue={(value) => set("team_id", value)} options={[{ value: "", label: "Everybody" }, ...teams.map(({ id, name }) => ({ value: id, label: name }))]} />}
        </div>
      </Form>
    </Dialog>
  );
}
