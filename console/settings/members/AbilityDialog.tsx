/** What somebody can do: skills with their levels, languages, and how much at a time. */

import { useId } from "preact/hooks";
import { ApiError } from "../../../client/src/errors.ts";
import { changeMember, changeRouting, type Member, type Skill } from "../../api/people.ts";
import { Button, IconButton } from "../../shared/Button.tsx";
import { Dialog } from "../../shared/Dialog.tsx";
import { Check, Field, Form } from "../../shared/Form.tsx";
import { useForm } from "../../shared/form.ts";
import { toldOf } from "../../shared/words.ts";
import { LEVELS } from "./levels.ts";

interface Props {
  readonly member: Member;
  /** The skills that anybody here has, so that one thing gets one name. */
  readonly known: readonly string[];
  /** Whether one says what others see and take. */
  readonly may_limit: boolean;
  readonly onClose: () => void;
  readonly onSaved: (member: Member) => void;
}

export function AbilityDialog({ member, known, may_limit, onClose, onSaved }: Props) {
  const { max_load, routing_priority } = member;
  const is_limitable = may_limit && member.role !== "owner" && member.role !== "admin";
  const first = { withheld: member.withheld, skills: member.skills, languages: member.languages.join(", "), max_load: String(max_load), routing_priority: String(routing_priority) };
  const form = useForm(first, async (values) => {
    const languages = values.languages.split(/[\s,;]+/).filter((each) => each !== "");
    const skills = values.skills.filter(({ skill }) => skill.trim() !== "");
    const is_limited = JSON.stringify(values.withheld) !== JSON.stringify(member.withheld);
    if (is_limited) await changeMember(member.id, { withheld: values.withheld });
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
        {is_limitable && <Limits withheld={values.withheld} is_viewer={member.role === "viewer"} onWithheld={(withheld) => set("withheld", withheld)} />}
      </Form>
    </Dialog>
  );
}

type Withheld = Member["withheld"];

/** What the role has and this member may be without. */
function Limits({ withheld, is_viewer, onWithheld }: { withheld: Withheld; is_viewer: boolean; onWithheld: (withheld: Withheld) => void }) {
  const turn = (name: Withheld[number], has: boolean): void => onWithheld(has ? withheld.filter((each) => each !== name) : [...withheld, name].sort());
  return (
    <fieldset class="choices">
      <legend>Sees and takes</legend>
      <Check
        label="Sees the queue" value={!withheld.includes("queue.read")} onValue={(has) => turn("queue.read", has)}
        hint="All conversations. Without it only what they hold, are offered, have joined, or closed themselves."
      />
      {!is_viewer && (
        <Check
          label="May take any conversation" value={!withheld.includes("conversation.take_any")} onValue={(has) => turn("conversation.take_any", has)}
          hint="Also what a colleague holds. Without it only what is offered or given to them."
        />
      )}
    </fieldset>
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
