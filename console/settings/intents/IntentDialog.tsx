/** One intent: what it is called, and sentences that visitors say it with. */

import { useEffect } from "preact/hooks";
import { addIntent, changeIntent, type Intent } from "../../api/intents.ts";
import type { Desk } from "../../inbox/desk.ts";
import { Dialog } from "../../shared/Dialog.tsx";
import { Check, Choice, Field, Form } from "../../shared/Form.tsx";
import { useForm } from "../../shared/form.ts";
import { PRIORITIES } from "../../shared/PriorityMark.tsx";

interface Props {
  readonly desk: Desk;
  readonly intent: Intent | null;
  readonly onClose: () => void;
  readonly onSaved: () => void;
}

export function IntentDialog({ desk, intent, onClose, onSaved }: Props) {
  useEffect(desk.directory.wantTypes, []);
  const types = desk.directory.types.value;
  const form = useForm(
    {
      name: intent?.name ?? "",
      description: intent?.description ?? "",
      examples: (intent?.examples ?? []).join("\n"),
      type: intent?.interaction_type_id ?? "",
      priority: String(intent?.priority ?? ""),
      is_active: intent?.is_active ?? true,
    },
    async ({ name, description, examples, type, priority, is_active }) => {
      const body = {
        name: name.trim(), description: description.trim() || null, examples: linesOf(examples), is_active,
        interaction_type_id: type || null, priority: priority === "" ? null : Number(priority),
      };
      await (intent === null ? addIntent(body) : changeIntent(intent.id, body));
      onSaved();
    },
  );
  const { values, set, troubleOf } = form;
  return (
    <Dialog label={intent === null ? "New intent" : "Change the intent"} onClose={onClose}>
      <Form form={form} save={intent === null ? "Add" : "Save"} is_always={intent === null}>
        <Field label="Name" is_required is_first most={120} placeholder="Order status" value={values.name} onValue={(value) => set("name", value)} trouble={troubleOf("name")} />
        <Field
          label="What visitors say" is_required rows={8} most={16_000} placeholder={"Where is my order?\nWhen will my parcel arrive?"}
          value={values.examples} onValue={(value) => set("examples", value)} trouble={troubleOf("examples")}
          hint="One sentence on each line. Four different ones are good; other languages are understood from them, too."
        />
        <Field label="Description" most={1000} value={values.description} onValue={(value) => set("description", value)} trouble={troubleOf("description")} />
        {(types.length > 0 || values.type !== "") && (
          <Choice
            label="What it is about" value={values.type} onValue={(value) => set("type", value)}
            options={[{ value: "", label: "Nobody has said" }, ...types.map(({ id, name }) => ({ value: id as string, label: name }))]}
          />
        )}
        <Choice
          label="Priority" value={values.priority} onValue={(value) => set("priority", value)}
          options={[{ value: "", label: "As usual" }, ...PRIORITIES.slice(1).map((label, index) => ({ value: String(index + 1), label }))]}
          hint="For conversations in which this is wanted, until somebody of the team says otherwise."
        />
        <Check label="Look for it in new messages" value={values.is_active} onValue={(value) => set("is_active", value)} />
      </Form>
    </Dialog>
  );
}

const linesOf = (text: string): string[] => text.split("\n").map((each) => each.trim()).filter((each) => each !== "");
