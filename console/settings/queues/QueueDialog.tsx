/** One queue: who is asked, how long an offer stands, and where those go who have waited too long. */

import { useId } from "preact/hooks";
import type { Uuid } from "../../../client/src/protocol.ts";
import type { Team } from "../../api/people.ts";
import type { Rule } from "../../api/routing.ts";
import { STRATEGIES } from "../../queue/told.ts";
import { Dialog } from "../../shared/Dialog.tsx";
import { Choice, Field, Form } from "../../shared/Form.tsx";
import { useForm } from "../../shared/form.ts";
import "./queues.css";

interface Props {
  readonly rule: Rule;
  readonly name: string;
  readonly teams: readonly Team[];
  readonly onClose: () => void;
  readonly onSave: (rule: Rule) => Promise<void>;
}

export function QueueDialog({ rule, name, teams, onClose, onSave }: Props) {
  const id = useId();
  const form = useForm(
    {
      strategy: rule.strategy,
      offer_seconds: String(rule.offer_seconds),
      overflow_team_id: (rule.overflow_team_id ?? "") as Uuid,
      overflow_seconds: String(rule.overflow_seconds ?? 300),
    },
    (values) => {
      const overflows = values.overflow_team_id !== "";
      return onSave({
        team_id: rule.team_id,
        strategy: values.strategy,
        offer_seconds: Number(values.offer_seconds),
        overflow_team_id: overflows ? values.overflow_team_id : null,
        overflow_seconds: overflows ? Number(values.overflow_seconds) : null,
      });
    },
  );
  const { values, set, troubleOf } = form;
  const others = teams.filter((team) => team.id !== rule.team_id);
  return (
    <Dialog label={rule.team_id === null ? "Conversations without a team" : `Queue of ${name}`} onClose={onClose}>
      <Form form={form} save="Save">
        <fieldset class="strategies">
          <legend>Who is asked</legend>
          {STRATEGIES.map(({ value, label, told }) => (
            <label key={value}>
              <input type="radio" name={id} checked={values.strategy === value} onChange={() => set("strategy", value)} />
              <span>
                <strong>{label}</strong>
                <span>{told}</span>
              </span>
            </label>
          ))}
        </fieldset>
        {values.strategy !== "manual" && (
          <Field label="An offer stands for, in seconds" type="number" is_required value={values.offer_seconds} onValue={(value) => set("offer_seconds", value)} trouble={troubleOf("offer_seconds")} hint="From 5 to 600. Then the next is asked." />
        )}
        {others.length > 0 && (
          <Choice
            label="Who waits too long goes over to"
            value={values.overflow_team_id}
            options={[{ value: "", label: "Nobody else" }, ...others.map((team) => ({ value: team.id, label: team.name }))]}
            onValue={(value) => set("overflow_team_id", value)}
          />
        )}
        {values.overflow_team_id !== "" && (
          <Field label="After so many seconds" type="number" is_required value={values.overflow_seconds} onValue={(value) => set("overflow_seconds", value)} trouble={troubleOf("overflow_seconds")} hint="From 10 seconds to a day, which is 86400." />
        )}
      </Form>
    </Dialog>
  );
}
