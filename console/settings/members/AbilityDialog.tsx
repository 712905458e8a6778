/** What somebody can do: skills with their levels, languages, and how much at a time. */

import { useId } from "preact/hooks";
import { ApiError } from "../../../client/src/errors.ts";
import { changeRouting, type Member, type Skill } from "../../api/people.ts";
import { Button, IconButton } from "../../shared/Button.tsx";
import { Dialog } from "../../shared/Dialog.tsx";
import { Field, Form } from "../../shared/Form.tsx";
import { useForm } from "../../shared/form.ts";
import { toldOf } from "../../shared/words.ts";
import { LEVELS } from "./levels.ts";

interface Props {
  readonly member: Member;
  /** The skills that anybody here has, so that one thing gets one name. */
  readonly known: readonly string[];
  readonly onClose: () => void;
  readonly onSaved: (member: Member) => void;
}

export function AbilityDialog({ member, known, onClose, onSaved }: Props) {
  const { max_load, routing_priority } = member;
  const first = { skills: member.skills, languages: member.languages.join(", "), max_load: String(max_load), routing_priority: String(routing_priority) };
  const form = useForm(first, async (values) => {
    const languages = values.languages.split(/[\s,;]+/).filter((each) => each !== "");
    const skills = values.skills.filter(({ skill }) => skill.trim() !== "");
    onSaved(await changeRouting(member.id, { skills, languages, max_load: Number(values.max_load), routing_priority: Number(values.routing_priority) }));
  }, explain);
  const { values, set, troubleOf } = form;
  return (
    <Dialog label={`What ${member.name} can do`} onClose={onClose}>
      <Form form={form} save="Save">
        <Skills skills={values.skills} known={known} onSkills={(skills) => set("skills", skills)} />
        <Field label="Languages" most={200} placeholder="de, en, pt-BR" value={values.languages} onValue={(value) => set("languages", value)} trouble={troubleOf("languages")} hint="As browsers write them, with commas between." />
        <div class="pair">
          <Field label="At a time" type="number" step="any" is_required value={values.max_load} onValue={(value) => set("max_load", value)} trouble={troubleOf("max_load")} hint="Conversations, by the weight of their channel." />
          <Field label="Priority" type="number" is_required value={values.routing_priority} onValue={(value) => set("routing_priority", value)} trouble={troubleOf("routing_priority")} hint="Of two who are free, the higher one is asked." />
        </div>
      </Form>
    </Dialog>
  );
}

const explain = (error: unknown): string =>
  error instanceof ApiError && error.field?.startsWith("languages[") === true ? "Write languages like de, en or pt-BR." : toldOf(error);

function Skills({ skills, known, onSkills }: { skills: readonly Skill[]; known: readonly string[]; onSkills: (skills: readonly Skill[]) => void }) {
  const list = useId();
  const put = (at: number, next: Partial<Skill>): void => onSkills(skills.map((each, index) => (index === at ? { ...each, ...next } : each)));
  return (
    <fieldset class="choices">
      <legend>Skills</legend>
      {skills.map(({ skill, level }, at) => (
        <div class="adding" key={at}>
          <input aria-label={`Skill ${at + 1}`} list={list} maxLength={40} dir="auto" placeholder="refunds" value={skill} onInput={(event) => put(at, { skill: event.currentTarget.value })} />
          <select aria-label={`Level of skill ${at + 1}`} value={level} onChange={(event) => put(at, { level: event.currentTarget.value as Skill["level"] })}>
            {LEVELS.map(({ value, label }) => <option key={value} value={value}>{label}</option>)}
          </select>
          <IconButton glyph="close" label={`Remove skill ${at + 1}`} onClick={() => onSkills(skills.filter((_, index) => index !== at))} />
        </div>
      ))}
      <datalist id={list}>{known.map((each) => <option key={each} value={each} />)}</datalist>
      <div><Button glyph="plus" onClick={() => onSkills([...skills, { skill: "", level: "intermediate" }])}>Add a skill</Button></div>
    </fieldset>
  );
}
