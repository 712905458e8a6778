/** One type of what conversations are about. */

import { addInteractionType, changeInteractionType, type InteractionType } from "../../api/interactions.ts";
import { Dialog } from "../../shared/Dialog.tsx";
import { Check, Choice, Field, Form } from "../../shared/Form.tsx";
import { useForm } from "../../shared/form.ts";
import { CATEGORIES, COMPLEXITIES } from "./categories.ts";

interface Props {
  readonly type: InteractionType | null;
  readonly onClose: () => void;
  readonly onSaved: () => void;
}

export function TypeDialog({ type, onClose, onSaved }: Props) {
  const form = useForm(
    {
      name: type?.name ?? "",
      code: type?.code ?? "",
      category: type?.category ?? "support",
      sub_category: type?.sub_category ?? "",
      complexity: type?.complexity ?? "medium",
      keywords: (type?.keywords ?? []).join(", "),
      required_skill: type?.required_skill ?? "",
      requires_human: type?.requires_human ?? false,
      requires_auth: type?.requires_auth ?? false,
      is_business_critical: type?.is_business_critical ?? false,
    },
    async ({ keywords, ...values }) => {
      const body = {
        ...values,
        name: values.name.trim(),
        code: values.code || codeOf(values.name),
        sub_category: values.sub_category.trim() || null,
        required_skill: values.required_skill.trim() || null,
        keywords: keywords.split(",").map((each) => each.trim()).filter((each) => each !== ""),
      };
      await (type === null ? addInteractionType(body) : changeInteractionType(type.id, body));
      onSaved();
    },
  );
  const { values, set, troubleOf } = form;
  return (
    <Dialog label={type === null ? "New type" : "Change the type"} onClose={onClose}>
      <Form form={form} save={type === null ? "Add" : "Save"} is_always={type === null}>
        <Field label="Name" is_required is_first most={120} placeholder="Where is my parcel?" value={values.name} onValue={(value) => set("name", value)} trouble={troubleOf("name")} />
        <Field label="Code" most={60} placeholder={codeOf(values.name) || "where_is_my_parcel"} value={values.code} onValue={(value) => set("code", codeOf(value, "_"))} trouble={troubleOf("code")} hint="What imports and other programs call it." />
        <div class="pair">
          <Choice label="Category" value={values.category} onValue={(value) => set("category", value)} options={CATEGORIES} />
          <Field label="Within it" most={120} placeholder="Delivery" value={values.sub_category} onValue={(value) => set("sub_category", value)} trouble={troubleOf("sub_category")} />
        </div>
        <div class="pair">
          <Choice label="Complexity" value={values.complexity} onValue={(value) => set("complexity", value)} options={COMPLEXITIES} />
          <Field label="Skill" most={40} value={values.required_skill} onValue={(value) => set("required_skill", value)} trouble={troubleOf("required_skill")} />
        </div>
        <Field label="Words" most={2000} placeholder="parcel, tracking, delivery" value={values.keywords} onValue={(value) => set("keywords", value)} trouble={troubleOf("keywords")} hint="What visitors write who come with it, with commas between." />
        <fieldset class="choices">
          <legend>Needs</legend>
          <Check label="A person has to answer" value={values.requires_human} onValue={(value) => set("requires_human", value)} />
          <Check label="It must be known who the visitor is" value={values.requires_auth} onValue={(value) => set("requires_auth", value)} />
          <Check label="It is critical for the business" value={values.is_business_critical} onValue={(value) => set("is_business_critical", value)} />
        </fieldset>
      </Form>
    </Dialog>
  );
}

/** A name as a code: small letters, digits and underlines; `rest` keeps an underline that is being typed. */
function codeOf(name: string, rest = ""): string {
  const code = name.normalize("NFKD").toLowerCase().replace(/[\u0300-\u036f]/g, "").replace(/[^a-z0-9.-]+/g, "_").replace(/^[_.-]+/, "").slice(0, 60);
  return rest === "" ? code.replace(/_+$/, "") : code;
}
